// Package ocsf writes events of the trail in the Open Cybersecurity Schema Framework, version 1.8
// (https://schema.ocsf.io/1.8.0/), for systems that know no other words.
//
// Line is all there is to call. kinds.go is the table: what each kind of event becomes. A version of the schema
// that names classes anew (1.9 moves Account Change 3001 to User Management 3007) changes that table and Version.
// people.go writes who did what to whom.
package ocsf

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"olbot/approvals"
)

// Version is that of the schema.
const Version = "1.8.0"

// Line is the event as one JSON object, without a line break, by an olbot of the version. It holds
// nothing that the event does not: what the schema has no place for stands in unmapped, named as olbot audit
// export names it. The hash is there too; the MAC is not, so only olbot's own format can be verified.
func Line(e approvals.Event, version string) ([]byte, error) {
	k, ok := kinds[e.Kind]
	if !ok {
		return nil, fmt.Errorf("write event %d as OCSF: no class for the kind %q", e.Number, e.Kind)
	}
	if k.refine != nil {
		k.refine(&k, e)
	}
	rest, err := unmapped(e)
	if err != nil {
		return nil, err
	}
	olbot := product{Name: "olbot", Vendor: "olbot", Version: version}
	o := event{
		Category: k.class / 1000, Class: k.class, Activity: k.activity, Type: k.class*100 + k.activity,
		Severity: cmp.Or(k.severity, informational), Status: k.status,
		Time: e.At.UnixMilli(), Message: message(e), Count: e.Count, Rest: rest,
		Metadata: metadata{
			Version: Version, Product: olbot, UID: strconv.FormatInt(e.Number, 10), Sequence: e.Number, Correlation: string(e.Request),
			Code: string(e.Kind), Log: "trail", Original: e.At.UTC().Format(time.RFC3339Nano),
		},
	}
	if e.Refusal != nil {
		o.StatusCode = string(e.Refusal.Code)
	}
	if k.disposition != 0 {
		o.Disposition, o.Action = k.disposition, actionOf(k.disposition)
		o.Metadata.Profiles = []string{"security_control"}
	}
	switch k.class {
	case accountChange:
		o.Actor, o.User = doer(e), person(e.Owner)
		if k.activity == enableFactor || k.activity == disableFactor {
			o.Factors = []factor{{Type: otp, Provider: "OneLogin"}}
		}
	case entityManagement:
		o.Actor, o.Entity, o.Comment = doer(e), entityOf(e), cmp.Or(e.Reason, e.Denial.Text, e.Pass.Text)
	case detectionFinding:
		o.Finding = &finding{UID: fmt.Sprintf("olbot-%d", e.Number), Title: o.Message, Created: o.Time, Attacks: k.attacks}
		o.Evidences = []evidence{{Actor: doer(e), User: person(e.Owner)}}
		if k.status == 0 {
			o.Status = statusNew
		}
		o.Alert = true
	case applicationLifecycle:
		o.App = &olbot
	}
	line, err := json.Marshal(o)
	if err != nil {
		return nil, fmt.Errorf("write event %d as OCSF: %w", e.Number, err)
	}
	return line, nil
}

// message is what a list of events shows.
func message(e approvals.Event) string {
	text := strings.ReplaceAll(string(e.Kind), "_", " ")
	if e.Request != "" {
		text += " " + string(e.Request)
	}
	return text
}

// unmapped is what no other attribute holds.
func unmapped(e approvals.Event) (map[string]any, error) {
	body, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("write event %d as OCSF: %w", e.Number, err)
	}
	rest := map[string]any{}
	if err := json.Unmarshal(body, &rest); err != nil {
		return nil, fmt.Errorf("write event %d as OCSF: %w", e.Number, err)
	}
	for _, mapped := range []string{"number", "at", "kind", "request", "actor", "owner", "count"} {
		delete(rest, mapped)
	}
	if e.Hash != "" {
		rest["hash"] = e.Hash
	}
	return rest, nil
}

// An event is what of the schema's classes is used here. Attributes are named as in the schema.
type event struct {
	Category int      `json:"category_uid"`
	Class    int      `json:"class_uid"`
	Activity int      `json:"activity_id"`
	Type     int      `json:"type_uid"`
	Severity int      `json:"severity_id"`
	Status   int      `json:"status_id"`
	Time     int64    `json:"time"` // milliseconds since 1970
	Message  string   `json:"message"`
	Metadata metadata `json:"metadata"`

	StatusCode  string `json:"status_code,omitempty"`
	Action      int    `json:"action_id,omitempty"`
	Disposition int    `json:"disposition_id,omitempty"`
	Alert       bool   `json:"is_alert,omitempty"`
	Count       int    `json:"count,omitempty"`
	Comment     string `json:"comment,omitempty"`

	Actor     *actor     `json:"actor,omitempty"`
	User      *user      `json:"user,omitempty"`
	Factors   []factor   `json:"auth_factors,omitempty"`
	Entity    *entity    `json:"entity,omitempty"`
	Finding   *finding   `json:"finding_info,omitempty"`
	Evidences []evidence `json:"evidences,omitempty"`
	App       *product   `json:"app,omitempty"`

	Rest map[string]any `json:"unmapped,omitempty"`
}

type metadata struct {
	Version     string   `json:"version"`
	Product     product  `json:"product"`
	UID         string   `json:"uid"` // the event's number
	Sequence    int64    `json:"sequence"`
	Correlation string   `json:"correlation_uid,omitempty"` // the request's id
	Code        string   `json:"event_code"`                // the event's kind
	Log         string   `json:"log_name"`
	Original    string   `json:"original_time"`
	Profiles    []string `json:"profiles,omitempty"`
}

type product struct {
	Name    string `json:"name"`
	Vendor  string `json:"vendor_name"`
	Version string `json:"version"`
}

type finding struct {
	UID     string   `json:"uid"`
	Title   string   `json:"title"`
	Created int64    `json:"created_time"`
	Attacks []attack `json:"attacks,omitempty"`
}

type evidence struct {
	Actor *actor `json:"actor"`
	User  *user  `json:"user,omitempty"`
}
