package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"olbot/internal/config"
)

func (p *program) healthcheckCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "healthcheck",
		Short: "Ask the running olbot on this machine whether it works",
		Long:  "Ask /healthz at OLBOT_HTTP_ADDR. Exit code 0: olbot works; 1: it does not, or there is no answer.",
		Args:  cobra.NoArgs,
		RunE: p.does(func(ctx context.Context) error {
			c, err := config.Load(p.environ, p.dir, "OLBOT_HTTP_ADDR")
			if err != nil {
				return err
			}
			return checkHealth(ctx, string(c.HTTPAddr))
		}),
	}
}

// errNoHTTP says that no server is configured.
var errNoHTTP = errors.New("OLBOT_HTTP_ADDR is empty")

// checkHealth requests /healthz of the olbot that listens at addr.
func checkHealth(ctx context.Context, addr string) error {
	if addr == "" {
		return errNoHTTP
	}
	status, says, err := askOlbot(ctx, addr, "/healthz")
	if err != nil {
		return err
	}
	if status != http.StatusOK {
		return fmt.Errorf("olbot does not work: %s", strings.Join(strings.Fields(says), " "))
	}
	return nil
}

// askOlbot requests a page of the olbot that listens at addr.
func askOlbot(ctx context.Context, addr, page string) (status int, says string, err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	// An address without a host, or with 0.0.0.0 or [::], is this machine: net.Dial promises that.
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+page, http.NoBody)
	if err != nil {
		return 0, "", fmt.Errorf("ask %s: %w", page, err)
	}
	req.Host = "localhost"
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // and no proxy
	resp, err := client.Do(req)
	if err != nil {
		if outer, ok := errors.AsType[*url.Error](err); ok {
			err = outer.Err
		}
		return 0, "", fmt.Errorf("olbot does not answer at %s (%v)", addr, err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 1000))
	return resp.StatusCode, strings.TrimSpace(string(body)), nil
}
