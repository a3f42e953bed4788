# olbot as one static binary on an image with nothing else in it but certificates.
#
#   docker build -t olbot --build-arg VERSION=v1.0.0 --build-arg COMMIT=$(git rev-parse HEAD) .
#   docker run --env-file .env -v olbot:/data olbot
#
# The database is /data/olbot.db. To be asked for its health from outside of the container,
# set OLBOT_HTTP_ADDR=:8080.

# The digests are those that many public Dockerfiles named on 2026-12-01, for all platforms; they were not pulled where
# this was written. docker buildx imagetools inspect golang:1.26.8 prints what a tag is now.
FROM golang:1.26.8@sha256:0f063af2d465d8dcae54cce04278ada488b96f77b42449c8d071e47d016cc65a AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=
ARG COMMIT=
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w -X main.version=${VERSION} -X main.commit=${COMMIT}" -o /out/olbot ./cmd/olbot \
 && mkdir /out/data && ci/notices && mv LICENSE THIRD_PARTY_NOTICES /out/

FROM gcr.io/distroless/static-debian12:nonroot@sha256:d093aa3e30dbadd3efe1310db061a14da60299baff8450a17fe0ccc514a16639
ARG VERSION=
ARG COMMIT=
LABEL org.opencontainers.image.title="olbot" \
      org.opencontainers.image.description="OneLogin MFA codes, approved by a second person in Slack" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${COMMIT}"
COPY --from=build /out/olbot /olbot
COPY --from=build /out/LICENSE /out/THIRD_PARTY_NOTICES /licenses/
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
