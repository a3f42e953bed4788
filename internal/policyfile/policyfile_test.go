package policyfile

import (
	"testing"
)

func TestTheCompanysFileIsRead(t *testing.T) {
	file, err := Load("testdata/company.yaml")
	if err != nil {
		t.Fatal(err)
	}
	t.Log(len(file.Tests), file.SHA256)
}
