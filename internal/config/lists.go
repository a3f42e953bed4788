package config

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"olbot/approvals"
)

// The settings that are lists.
type (
	requesterList []approvals.Principal
	approverChain []approvals.Principal
	contactList   []approvals.Principal
)

var emailPattern = regexp.MustCompile(`^[^\s@<>",;]+@[^\s@<>",;]+$`)

// entries calls read with each entry of a comma list. An empty entry is wrong:
// most likely something is missing there. (In a .env file a # after a space
// begins a comment, so that "12345, #678" is read as "12345,".)
func entries(list string, read func(string) error) error {
	var errs []error
	for entry := range strings.SplitSeq(list, ",") {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			errs = append(errs, errors.New("has an empty entry in its list; remove the comma too many or put the value into quotes (a # after a space begins a comment)"))
			continue
		}
		if err := read(entry); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

const wantMember = "name users and groups by their Slack ids (U…, W… or S…; in Slack: the profile, More, Copy member ID)"

// parsePrincipals reads a list of principals of these kinds, and drops repetitions.
func parsePrincipals(s, want string, kinds ...approvals.PrincipalKind) (all []approvals.Principal, err error) {
	err = entries(s, func(entry string) error {
		p, err := approvals.ParsePrincipal(entry)
		if err != nil || !slices.Contains(kinds, p.Kind) {
			return fmt.Errorf("contains %s; %s", Quoted(entry), want)
		}
		if !slices.Contains(all, p) {
			all = append(all, p)
		}
		return nil
	})
	return all, err
}

// nobody is how a list says openly that it is empty.
const nobody = "none"

func parseContacts(s string) (contactList, error) {
	if s == nobody {
		return nil, nil
	}
	return parsePrincipals(s, wantMember+", or set it to none", approvals.SlackUser, approvals.SlackGroup)
}

func parseRequesters(s string) (requesterList, error) {
	all, err := parsePrincipals(s, wantMember+", or set it to * for everybody", approvals.SlackUser, approvals.SlackGroup, approvals.Everybody)
	if err == nil && len(all) > 1 && slices.Contains(all, approvals.Principal{Kind: approvals.Everybody}) {
		err = errors.New("contains * beside other entries; * is everybody: leave out either it or the others")
	}
	return all, err
}

func parseApprovers(s string) (approverChain, error) {
	var links approverChain
	err := entries(s, func(entry string) error {
		link, err := approvals.ParsePrincipal(entry)
		switch {
		case err != nil || link.Kind == approvals.Everybody:
			return fmt.Errorf("contains %s; write manager, or %s", Quoted(entry), wantMember)
		case slices.Contains(links, link):
			return fmt.Errorf("contains %s twice; remove one of them", Quoted(entry))
		}
		links = append(links, link)
		return nil
	})
	return links, err
}

func parseProtected(s string) (approvals.Protected, error) {
	var p approvals.Protected
	err := entries(s, func(entry string) error {
		kind, number, _ := strings.Cut(entry, ":")
		switch {
		case kind == "role":
			return addID(&p.Roles, entry, number, "give the role's number, which OneLogin shows in the address of the role's page")
		case kind == "group":
			return addID(&p.Groups, entry, number, "give the group's number, which OneLogin shows in the address of the group's page")
		case emailPattern.MatchString(entry):
			p.Emails = append(p.Emails, strings.ToLower(entry))
			return nil
		}
		return addID(&p.Users, entry, strings.TrimPrefix(entry, "#"), "write a OneLogin user id such as 12345, role:ID, group:ID or an e-mail address")
	})
	return p, err
}

func addID(ids *[]int64, entry, number, want string) error {
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil || id <= 0 || number[0] == '+' {
		return fmt.Errorf("contains %s; %s", Quoted(entry), want)
	}
	*ids = append(*ids, id)
	return nil
}
