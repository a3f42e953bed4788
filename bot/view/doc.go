// Package view is what people see in Slack: every sentence, card, form, Home tab
// and line of the audit channel. A view follows from a request, a time and the
// options; nothing here calls anybody, and nothing is read back from a message
// but the buttons and forms that stand here too (invariant 7).
//
// Read cards.go first: which cards a request has, for whom. Then a card of one
// person (card_agent.go and the other card_ files, news.go) with the words that
// person reads, and refusal.go for what is refused and why. feed.go, home.go,
// form.go, help.go and reply.go are the other places where olbot speaks. phrase.go
// and message.go say how words become blocks in which nobody else's text can be
// more than text (invariant 9); parts.go has the words that several views share.
// actions.go is the table of the buttons, for those who draw and those who read them.
package view
