// Package people says who is who: it joins what Slack and OneLogin know of
// somebody and answers as the approvals.Directory, and it makes codes as the
// approvals.Issuer. It decides nothing: what an answer allows is for the rules in
// package approvals.
//
// The key that joins the two is the e-mail address, compared without regard to
// case and found exactly once. Nobody is looked up by a name.
package people
