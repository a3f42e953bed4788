package deploy

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/zap"

	"olbot/internal/monitor"
)

// A workload is what of a StatefulSet or a Deployment is held to something here.
type workload struct {
	Kind string
	Spec struct {
		Replicas int
		Template struct{ Spec pod }
	}
}

type pod struct {
	ServiceAccountName string `yaml:"serviceAccountName"`
	Token              *bool  `yaml:"automountServiceAccountToken"`
	Grace              int    `yaml:"terminationGracePeriodSeconds"`
	HostNetwork        bool   `yaml:"hostNetwork"`
	Security           struct {
		NonRoot bool `yaml:"runAsNonRoot"`
		User    int  `yaml:"runAsUser"`
		Group   int  `yaml:"fsGroup"`
		Seccomp struct{ Type string }
	} `yaml:"securityContext"`
	Containers []container
	Volumes    []struct {
		Name   string
		Secret struct {
			Name string `yaml:"secretName"`
			Mode int    `yaml:"defaultMode"`
		}
	}
}

type container struct {
	Env   []struct{ Name, Value string }
	Ports []struct {
		Name          string
		ContainerPort string `yaml:"containerPort"`
	}
	Security struct {
		Escalation   *bool `yaml:"allowPrivilegeEscalation"`
		ReadOnly     bool  `yaml:"readOnlyRootFilesystem"`
		Privileged   bool
		Capabilities struct{ Drop, Add []string }
	} `yaml:"securityContext"`
	Mounts []struct {
		Name     string
		Path     string `yaml:"mountPath"`
		ReadOnly bool   `yaml:"readOnly"`
	} `yaml:"volumeMounts"`
	Startup   probe `yaml:"startupProbe"`
	Liveness  probe `yaml:"livenessProbe"`
	Readiness probe `yaml:"readinessProbe"`
}

type probe struct {
	Get struct{ Path, Port string } `yaml:"httpGet"`
}

// kubernetes are the two ways to run olbot there, with what each may write to.
var kubernetes = []struct {
	name, path, kind string
	replicas         int
	data             []string
	secrets          int
}{
	{"SQLite", "kubernetes/sqlite/statefulset.yaml", "StatefulSet", 1, []string{"/data"}, len(secretSettings)},
	{"PostgreSQL", "kubernetes/postgresql/deployment.yaml", "Deployment", 2, nil, len(secretSettings) + 1}, // and the URL
}

func TestKubernetesKeepsOlbotIn(t *testing.T) {
	no := func(b *bool) bool { return b != nil && !*b }
	for _, tt := range kubernetes {
		t.Run(tt.name, func(t *testing.T) {
			w := parse[workload](t, tt.path)
			p := w.Spec.Template.Spec
			if w.Kind != tt.kind || w.Spec.Replicas != tt.replicas || len(p.Containers) != 1 || p.Grace < 11 {
				t.Fatalf("a %s of %d with %d containers and %d s to stop", w.Kind, w.Spec.Replicas, len(p.Containers), p.Grace)
			}
			if s := p.Security; !s.NonRoot || s.User != 65532 || s.Group != 65532 || p.HostNetwork || !no(p.Token) || p.ServiceAccountName != "olbot" {
				t.Errorf("olbot is more than it has to be: %+v", p)
			}
			c := p.Containers[0]
			if s := c.Security; !no(s.Escalation) || !s.ReadOnly || s.Privileged || len(s.Capabilities.Add) > 0 || !slices.Equal(s.Capabilities.Drop, []string{"ALL"}) {
				t.Errorf("olbot may do more than it has to: %+v", s)
			}
			var writable []string
			for _, m := range c.Mounts {
				if !m.ReadOnly {
					writable = append(writable, m.Path)
				}
			}
			same(t, "what can be written to", writable, tt.data)
		})
	}
}

func TestKubernetesHasItsSecretsAsFiles(t *testing.T) {
	for _, tt := range kubernetes {
		t.Run(tt.name, func(t *testing.T) {
			p := parse[workload](t, tt.path).Spec.Template.Spec
			c, vars := p.Containers[0], map[string]string{}
			for _, v := range c.Env {
				vars[v.Name] = v.Value
			}
			const place = "/run/secrets/olbot"
			given := accepts(t, joined(envFile(t, "kubernetes/base/settings.env"), vars), place)
			if len(given) != tt.secrets {
				t.Errorf("%d secrets: %q", len(given), given)
			}
			for _, m := range c.Mounts {
				for _, v := range p.Volumes {
					if m.Name == v.Name && (m.Path != place || v.Secret.Name != "olbot" || v.Secret.Mode != 0o440) {
						t.Errorf("the secrets are the Secret %s at %s with mode %04o", v.Secret.Name, m.Path, v.Secret.Mode)
					}
				}
			}
		})
	}
}

// A probe of a path that olbot does not know would end every pod.
func TestProbesAndPrometheusAskWhatOlbotAnswers(t *testing.T) {
	l, err := monitor.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go monitor.Server{Metrics: monitor.NewMetrics("v1.2.3"), Log: zap.NewNop()}.Serve(ctx, l)
	answers := func(what, path string) {
		t.Helper()
		resp, err := http.Get("http://" + l.Addr().String() + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s asks for %s: %s", what, path, resp.Status)
		}
	}
	_, listens, _ := strings.Cut(envFile(t, "kubernetes/base/settings.env")["OLBOT_HTTP_ADDR"], ":")
	for _, tt := range kubernetes {
		c := parse[workload](t, tt.path).Spec.Template.Spec.Containers[0]
		if len(c.Ports) != 1 || c.Ports[0].Name != "http" || c.Ports[0].ContainerPort != listens {
			t.Errorf("%s: the ports are %+v, and olbot listens at %s", tt.name, c.Ports, listens)
		}
		for what, p := range map[string]probe{"startup": c.Startup, "liveness": c.Liveness, "readiness": c.Readiness} {
			if p.Get.Port != "http" {
				t.Errorf("%s: the %s probe asks port %s", tt.name, what, p.Get.Port)
			}
			answers(what, p.Get.Path)
		}
		if c.Liveness.Get.Path != "/healthz" || c.Readiness.Get.Path != "/readyz" {
			t.Errorf("%s: an outage of Slack would restart olbot: %+v", tt.name, c.Liveness)
		}
	}
	monitored := parse[struct {
		Spec struct {
			JobLabel  string                        `yaml:"jobLabel"`
			Endpoints []struct{ Port, Path string } `yaml:"podMetricsEndpoints"`
		}
	}](t, "kubernetes/monitoring/podmonitor.yaml").Spec
	if len(monitored.Endpoints) != 1 || monitored.Endpoints[0].Port != "http" || monitored.JobLabel != "app.kubernetes.io/name" {
		t.Fatalf("Prometheus asks %+v", monitored)
	}
	answers("Prometheus", monitored.Endpoints[0].Path)
}

// The alerts are those of docs/monitoring, in the form that the Prometheus operator reads.
func TestPrometheusRuleIsTheAlertRules(t *testing.T) {
	var b strings.Builder
	b.WriteString(`# Made from docs/monitoring/alerts.yml: go test ./deploy -update writes it.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: olbot
spec:
`)
	for line := range strings.Lines(string(read(t, "../docs/monitoring/alerts.yml"))) {
		switch {
		case line[0] == '#':
		case line == "\n":
			b.WriteString(line)
		default:
			b.WriteString("  " + line)
		}
	}
	path := filepath.Join("kubernetes", "monitoring", "prometheusrule.yaml")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if string(read(t, path)) != b.String() {
		t.Errorf("%s is not what docs/monitoring/alerts.yml says; go test ./deploy -update writes it", path)
	}
}
