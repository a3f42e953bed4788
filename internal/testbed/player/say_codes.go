package player

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// codeSentences are about the codes that OneLogin made, and how requests stand.
func codeSentences() []sentence {
	return []sentence{
		{form: "NAME sees code N", do: seesCode},
		{form: "NAME sees no code", do: seesNoCode},
		{form: "code N works for NAME", do: codeWorks},
		{form: "code N does not work for NAME", do: codeDoesNotWork},
		{form: "onelogin made no code", do: madeNoCode},
		{form: "onelogin made N code[s]", do: madeCodes},
		{form: "onelogin was asked N time[s] for CALL", do: wasAsked},
		{form: "the request is STATE", do: requestIs},
		{form: "request N is STATE", do: requestNumberIs},
		{form: "every request is STATE", do: everyRequestIs},
		{form: "there is no request", do: noRequest},
		{form: "the trail has N event[s] of CALL", do: trailHas},
	}
}

// spelled says whether a text has the code, however it is broken up to be read
// out, but not as a part of a longer number.
func spelled(code, text string) bool {
	for from := 0; ; {
		i := strings.IndexByte(text[from:], code[0])
		if i < 0 {
			return false
		}
		from += i
		if begins(text, from) && follows(code[1:], text[from+1:]) {
			return true
		}
		from++
	}
}

// begins says whether no digit stands before i.
func begins(text string, i int) bool { return i == 0 || text[i-1] < '0' || text[i-1] > '9' }

// follows says whether the characters follow, each with at most one separator
// before it, and then no digit.
func follows(characters, text string) bool {
	for i := range len(characters) {
		if text == "" {
			return false
		}
		if text[0] != characters[i] {
			r, size := utf8.DecodeRuneInString(text)
			if !unicode.IsSpace(r) && !strings.ContainsRune(".-", r) {
				return false
			}
			text = text[size:]
		}
		if text == "" || text[0] != characters[i] {
			return false
		}
		text = text[1:]
	}
	return text == "" || text[0] < '0' || text[0] > '9'
}

// code waits until OneLogin has made the n-th code.
func (s *stage) code(ctx context.Context, n string) (oneloginsim.Code, error) {
	i, err := strconv.Atoi(n)
	if err != nil || i < 1 {
		return oneloginsim.Code{}, fmt.Errorf("codes are counted from 1")
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if s.onelogin.Await(ctx, func() bool { return len(s.onelogin.Codes()) >= i }) != nil {
		return oneloginsim.Code{}, fmt.Errorf("OneLogin made %d codes", len(s.onelogin.Codes()))
	}
	return s.onelogin.Codes()[i-1], nil
}

func seesCode(ctx context.Context, s *stage, a args) error {
	code, err := s.code(ctx, a[1])
	if err != nil {
		return err
	}
	return s.looks(ctx, a[0], func(screen []slacksim.Message) bool {
		for _, m := range screen {
			if m.Ephemeral && spelled(code.Value, m.Words()) {
				return true
			}
		}
		return false
	})
}

func seesNoCode(ctx context.Context, s *stage, a args) error {
	if err := s.settled(ctx); err != nil {
		return err
	}
	p, err := s.inSlack(a[0])
	if err != nil {
		return err
	}
	for _, code := range s.onelogin.Codes() {
		for _, m := range p.Screen() {
			if spelled(code.Value, m.Words()) {
				return fmt.Errorf("%s sees a code", a[0])
			}
		}
	}
	return nil
}

func (s *stage) signIn(ctx context.Context, n, name string) (refused, err error) {
	code, err := s.code(ctx, n)
	if err != nil {
		return nil, err
	}
	who, err := s.somebody(name)
	if err != nil {
		return nil, err
	}
	return s.onelogin.SignIn(who.onelogin, code.Value), nil
}

func codeWorks(ctx context.Context, s *stage, a args) error {
	refused, err := s.signIn(ctx, a[0], a[1])
	if err != nil {
		return err
	}
	return refused
}

func codeDoesNotWork(ctx context.Context, s *stage, a args) error {
	refused, err := s.signIn(ctx, a[0], a[1])
	if err == nil && refused == nil {
		return fmt.Errorf("code %s works", a[0])
	}
	return err
}

func madeNoCode(ctx context.Context, s *stage, _ args) error { return madeCodes(ctx, s, args{"0"}) }

func madeCodes(ctx context.Context, s *stage, a args) error {
	return s.counted(ctx, number(a[0]), func() int { return len(s.onelogin.Codes()) })
}

func wasAsked(ctx context.Context, s *stage, a args) error {
	return s.counted(ctx, number(a[0]), func() int { return s.onelogin.Count(a[1]) })
}

// counted waits until OneLogin has counted so many, and then for a quiet moment
// in which it might count more.
func (s *stage) counted(ctx context.Context, want int64, count func() int) error {
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	// Too few is told below, by the number.
	_ = s.onelogin.Await(waiting, func() bool { return int64(count()) >= want })
	if err := s.settled(ctx); err != nil {
		return err
	}
	if n := count(); int64(n) != want {
		return fmt.Errorf("it was %d", n)
	}
	return nil
}
