// Package rules holds what a policy file means, and says what follows from it for
// one request. It is pure: it reads no file, no clock and nobody's directory.
//
// Begin with set.go: a Set is defaults, of which the first that fits counts, and
// rules, all of which apply where they match. facts.go is what has to be known of a
// request, and match.go compares the two. evaluate.go makes the Terms of a request;
// need.go unites approvals; breach.go says what the Terms forbid. wanted.go says which
// facts a Set looks at, and mark.go which of its rules differ from another's.
//
// # What holds
//
//   - Rules only tighten. Whatever is refused stays refused when a rule is added, and
//     whoever could not approve a request still cannot.
//   - Order decides nothing, but for the defaults.
//   - What is not known is not guessed. A rule that may match and cannot be judged is
//     an *UnknownError, never "does not match".
//
// # How to use it
//
// Ask the Set what it Wants, gather those facts and no others, and Evaluate. A fact
// that could not be had stays unknown: that is the zero value of each. When a request
// is asked for, Terms.Breaches says why it may not be, and Terms.Needs is what to
// freeze. Before a code is made, gather the facts again and Evaluate with the rules of
// now. Facts.Asked and the counts of earlier requests stay those of the asking (a
// request made in office hours does not change its rules at six o'clock); everything
// else is fresh. Stricter compares with what was frozen.
//
// # Speed
//
// go test -bench . ./approvals/rules: 200 rules take about 50 µs if one
// of them matches, and 90 µs if all do.
package rules
