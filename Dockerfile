# olbot as one static binary on an image with nothing else in it but certificates.
#
#   docker build -t olbot --build-arg VERSION=v1.0.0 .
#   docker run --env-file .env -v olbot:/data olbot
#
# The database is /data/olbot.db. To be asked for its health from outside of the container,
# set OLBOT_HTTP_ADDR=:8080.

FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w -X main.version=${VERSION}" -o /out/olbot ./cmd/olbot \
 && mkdir /out/data

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/olbot /olbot
COPY --from=build --chown=65532:65532 /out/data /data
ENV OLBOT_DATABASE_URL=sqlite:/data/olbot.db
USER 65532:65532
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=6s --start-period=60s --retries=3 CMD ["/olbot", "healthcheck"]
ENTRYPOINT ["/olbot"]
CMD ["run"]
