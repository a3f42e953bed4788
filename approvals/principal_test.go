package approvals

import (
	"encoding/json"
	"testing"
)

// principal is what a setting names so.
func principal(name string) Principal { return principals(name)[0] }

func principals(names ...string) (all []Principal) {
	for _, name := range names {
		p, err := ParsePrincipal(name)
		if err != nil {
			panic(err)
		}
		all = append(all, p)
	}
	return all
}

// Stored requests and events name a principal as settings do.
func TestAPrincipalIsStoredAsItIsSet(t *testing.T) {
	for name, want := range map[string]Principal{
		"manager":  {Kind: Manager},
		"*":        {Kind: Everybody},
		"U0CAROL":  {Kind: SlackUser, ID: "U0CAROL"},
		"W0CAROL":  {Kind: SlackUser, ID: "W0CAROL"},
		"S0LEADS":  {Kind: SlackGroup, ID: "S0LEADS"},
		"U":        {},
		"S":        {},
		"C0AUDIT":  {},
		"u0carol":  {},
		"U0CAROL ": {},
		"":         {},
	} {
		var got Principal
		err := json.Unmarshal([]byte(`"`+name+`"`), &got)
		if got != want || (err == nil) != (want != Principal{}) {
			t.Errorf("%q is %+v, %v", name, got, err)
		}
		if stored, err := json.Marshal(want); want != (Principal{}) && (err != nil || string(stored) != `"`+name+`"`) {
			t.Errorf("%q is stored as %s, %v", name, stored, err)
		}
	}
	if stored, err := json.Marshal(AskedPerson{}); err != nil || string(stored) != "{}" {
		t.Errorf("of nobody is stored %s, %v", stored, err)
	}
}
