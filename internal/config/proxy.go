package config

import (
	"fmt"
	"net/url"
	"strings"
)

// The variables that Go's own network packages read, from the environment alone.
var (
	proxyNames   = []string{"HTTPS_PROXY", "https_proxy"}
	networkNames = append([]string{"NO_PROXY", "no_proxy", "HTTP_PROXY", "http_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR"}, proxyNames...)
)

// checkNetwork reports a proxy that Go would silently do without, and what has no effect where
// it stands. The values may hold a password.
func (c *Config) checkNetwork(environ, file map[string]string, ps *Problems) {
	for _, name := range proxyNames {
		if value := environ[name]; value != "" && !isProxy(value) {
			ps.add(name, name+" is not the URL of a proxy that olbot can use (http:// or socks5://); set it to one such as http://proxy.example.com:3128")
		}
	}
	for _, name := range networkNames {
		if _, ok := file[name]; ok && environ[name] != file[name] {
			c.warnings = append(c.warnings, fmt.Sprintf("%s has no effect in %s: set it in the environment that olbot is started in", name, dotenv))
		}
	}
}

// isProxy says whether the value is a proxy that both calls and Socket Mode can go by. Without
// a scheme it is http, as for net/http.
func isProxy(value string) bool {
	if !strings.Contains(value, "://") {
		value = "http://" + value
	}
	u, err := url.Parse(value)
	return err == nil && u.Hostname() != "" && (u.Scheme == "http" || u.Scheme == "socks5")
}
