// Package kubernetes judges deploy/kubernetes without a cluster: kustomize builds it, Kubernetes' and the Prometheus
// operator's own types take every field of it, and what one object says of another is so. It is a module of its own,
// because olbot needs none of this.
package kubernetes

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// objects builds a directory of deploy/kubernetes, and reads what comes of it strictly: an unknown field is an error.
func objects(t *testing.T, dir string) map[string]meta.Object {
	t.Helper()
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), "../../deploy/kubernetes/"+dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]meta.Object{}
	for _, r := range built.Resources() {
		var o meta.Object
		switch kind := r.GetApiVersion() + " " + r.GetKind(); kind {
		case "v1 Namespace":
			o = &core.Namespace{}
		case "v1 ServiceAccount":
			o = &core.ServiceAccount{}
		case "v1 ConfigMap":
			o = &core.ConfigMap{}
		case "apps/v1 StatefulSet":
			o = &apps.StatefulSet{}
		case "apps/v1 Deployment":
			o = &apps.Deployment{}
		case "policy/v1 PodDisruptionBudget":
			o = &policy.PodDisruptionBudget{}
		case "networking.k8s.io/v1 NetworkPolicy":
			o = &networking.NetworkPolicy{}
		case "monitoring.coreos.com/v1 PodMonitor":
			o = &monitoring.PodMonitor{}
		case "monitoring.coreos.com/v1 PrometheusRule":
			o = &monitoring.PrometheusRule{}
		default:
			t.Fatalf("%s: nobody knows a %s here", dir, kind)
		}
		text, err := r.AsYAML()
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.UnmarshalStrict(text, o); err != nil {
			t.Errorf("%s: %s %s: %v", dir, r.GetKind(), r.GetName(), err)
		}
		if o.GetNamespace() != "olbot" && r.GetKind() != "Namespace" {
			t.Errorf("%s: %s %s is in the namespace %q", dir, r.GetKind(), r.GetName(), o.GetNamespace())
		}
		name := r.GetName()
		if r.GetKind() == "ConfigMap" {
			name, _, _ = strings.Cut(name, "settings-") // a hash follows
		}
		all[r.GetKind()+" "+name] = o
	}
	return all
}

func has(t *testing.T, all map[string]meta.Object, want ...string) {
	t.Helper()
	if got := slices.Sorted(maps.Keys(all)); !slices.Equal(got, want) {
		t.Errorf("there are %q, want %q", got, want)
	}
}

// selects fails unless a selector matches the pods.
func selects(t *testing.T, what string, selector *meta.LabelSelector, pods core.PodTemplateSpec) {
	t.Helper()
	s, err := meta.LabelSelectorAsSelector(selector)
	if err != nil || s.Empty() || !s.Matches(labels.Set(pods.Labels)) {
		t.Errorf("%s selects %v, and the pods have the labels %v (%v)", what, s, pods.Labels, err)
	}
}

// whole fails unless the pods can be made from what is in all.
func whole(t *testing.T, all map[string]meta.Object, pods core.PodTemplateSpec, claims ...core.PersistentVolumeClaim) {
	t.Helper()
	account := all["ServiceAccount "+pods.Spec.ServiceAccountName]
	c := pods.Spec.Containers[0]
	if account == nil || len(c.EnvFrom) != 1 || c.EnvFrom[0].ConfigMapRef.Name != all["ConfigMap olbot-"].GetName() {
		t.Errorf("the service account is %v, the settings are %+v", account, c.EnvFrom)
	}
	if !strings.HasPrefix(c.Image, "registry.example.com/olbot:") {
		t.Errorf("the image is %s", c.Image)
	}
	mounts := map[string]bool{}
	for _, v := range pods.Spec.Volumes {
		mounts[v.Name] = true
	}
	for _, v := range claims {
		mounts[v.Name] = true
	}
	for _, m := range c.VolumeMounts {
		if !mounts[m.Name] {
			t.Errorf("there is no volume %s", m.Name)
		}
	}
	for name, o := range all {
		if p, ok := o.(*networking.NetworkPolicy); ok {
			selects(t, name, &p.Spec.PodSelector, pods)
		}
	}
}

func TestSQLite(t *testing.T) {
	all := objects(t, "sqlite")
	has(t, all, "ConfigMap olbot-", "Namespace olbot", "NetworkPolicy olbot", "ServiceAccount olbot", "StatefulSet olbot")
	set := all["StatefulSet olbot"].(*apps.StatefulSet)
	selects(t, "the StatefulSet", set.Spec.Selector, set.Spec.Template)
	whole(t, all, set.Spec.Template, set.Spec.VolumeClaimTemplates...)
	admitted(t, all, set.Spec.Template)
}

func TestPostgreSQL(t *testing.T) {
	all := objects(t, "postgresql")
	has(t, all, "ConfigMap olbot-", "Deployment olbot", "Namespace olbot", "NetworkPolicy olbot", "NetworkPolicy olbot-postgresql",
		"PodDisruptionBudget olbot", "ServiceAccount olbot")
	deployment, budget := all["Deployment olbot"].(*apps.Deployment), all["PodDisruptionBudget olbot"].(*policy.PodDisruptionBudget)
	selects(t, "the Deployment", deployment.Spec.Selector, deployment.Spec.Template)
	selects(t, "the PodDisruptionBudget", budget.Spec.Selector, deployment.Spec.Template)
	if least := budget.Spec.MinAvailable.IntValue(); least < 1 || least >= int(*deployment.Spec.Replicas) {
		t.Errorf("of %d pods %d have to be there: a machine could not be emptied, or olbot would be away", *deployment.Spec.Replicas, least)
	}
	for _, c := range deployment.Spec.Template.Spec.TopologySpreadConstraints {
		selects(t, "the spread", c.LabelSelector, deployment.Spec.Template)
	}
	whole(t, all, deployment.Spec.Template)
	admitted(t, all, deployment.Spec.Template)
}

func TestMonitoring(t *testing.T) {
	all := objects(t, "monitoring")
	has(t, all, "PodMonitor olbot", "PrometheusRule olbot")
	monitor := all["PodMonitor olbot"].(*monitoring.PodMonitor)
	for _, dir := range []string{"sqlite", "postgresql"} {
		for _, o := range objects(t, dir) {
			switch o := o.(type) {
			case *apps.StatefulSet:
				selects(t, "the PodMonitor", &monitor.Spec.Selector, o.Spec.Template)
			case *apps.Deployment:
				selects(t, "the PodMonitor", &monitor.Spec.Selector, o.Spec.Template)
			}
		}
	}
}

// admitted fails if the namespace would not let the pods in: the standard called restricted
// (https://kubernetes.io/docs/concepts/security/pod-security-standards/), as far as it says what a pod has to have.
func admitted(t *testing.T, all map[string]meta.Object, pods core.PodTemplateSpec) {
	t.Helper()
	if level := all["Namespace olbot"].GetLabels()["pod-security.kubernetes.io/enforce"]; level != "restricted" {
		t.Errorf("the namespace enforces %q", level)
	}
	p, c := pods.Spec.SecurityContext, pods.Spec.Containers[0].SecurityContext
	for rule, held := range map[string]bool{
		"no root":       p != nil && p.RunAsNonRoot != nil && *p.RunAsNonRoot && p.RunAsUser != nil && *p.RunAsUser != 0,
		"seccomp":       p != nil && p.SeccompProfile != nil && p.SeccompProfile.Type == core.SeccompProfileTypeRuntimeDefault,
		"no escalation": c != nil && c.AllowPrivilegeEscalation != nil && !*c.AllowPrivilegeEscalation,
		"capabilities":  c != nil && c.Capabilities != nil && fmt.Sprint(c.Capabilities.Drop, c.Capabilities.Add) == "[ALL] []",
		"the host's":    !pods.Spec.HostNetwork && !pods.Spec.HostPID && !pods.Spec.HostIPC,
	} {
		if !held {
			t.Errorf("the pods break the rule: %s", rule)
		}
	}
}
