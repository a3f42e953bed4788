package oneloginsim_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"syscall"
	"testing"

	"olbot/internal/testbed/oneloginsim"
)

func TestListensOnLoopbackOnly(t *testing.T) {
	for _, addr := range []string{":0", "0.0.0.0:0", "192.0.2.1:0", "[::]:0", "example.com:0"} {
		s := oneloginsim.New(oneloginsim.Options{Addr: addr})
		if err := s.Start(); !errors.Is(err, oneloginsim.ErrNotLoopback) {
			t.Errorf("%s: %v", addr, err)
		}
		s.Close()
	}
	for _, addr := range []string{"", "127.0.0.1:0", "localhost:0", "127.0.0.2:0"} {
		s := oneloginsim.New(oneloginsim.Options{Addr: addr})
		if err := s.Start(); err != nil {
			t.Errorf("%q: %v", addr, err)
		}
		s.Close()
	}
}

func TestRefusesCallsFromOutsideWhoeverListens(t *testing.T) {
	s := oneloginsim.New(oneloginsim.Options{})
	defer s.Close()
	for ip, want := range map[string]int{"127.0.0.1": 404, "192.0.2.7": 403} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "/", nil)
		r = r.WithContext(contextWithLocalAddr(r, net.ParseIP(ip)))
		s.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: status %d, want %d", ip, w.Code, want)
		}
	}
	if n := s.Count(oneloginsim.AnyCall); n != 1 {
		t.Errorf("%d calls in the log", n)
	}
}

func TestDownRefusesConnectionsAndUpComesBackOnTheSamePort(t *testing.T) {
	a := start(t, oneloginsim.Options{})
	ana := a.AddUser(oneloginsim.User{})
	token, url := a.token(), a.URL()
	for range 3 {
		a.Down()
		a.Down()
		a.http.CloseIdleConnections() // a client that kept one may find it ended rather than be refused
		_, err := a.try(t.Context(), "POST", codePath(ana), ask)
		if !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("while down: %v", err)
		}
		if err := a.Up(); err != nil {
			t.Fatal(err)
		}
		if err := a.Up(); err != nil || a.URL() != url {
			t.Fatalf("up: %v at %s, before %s", err, a.URL(), url)
		}
		a.do("GET", "/api/2/users", "", "Authorization", "Bearer "+token).want(t, 200)
	}
	if n := a.Count(oneloginsim.CallMFAToken); n != 0 {
		t.Errorf("%d calls arrived while down", n)
	}
}

func TestDownCutsACallWhoseWorkGoesOn(t *testing.T) {
	a := start(t, oneloginsim.Options{})
	ana := a.AddUser(oneloginsim.User{})
	a.FailNext(oneloginsim.CallMFAToken, oneloginsim.Hang().AfterEffect())
	ended := make(chan error)
	go func() {
		_, err := a.tryCode(within(t), ana, ask)
		ended <- err
	}()
	if err := a.Await(within(t), func() bool { return len(a.Codes()) == 1 }); err != nil {
		t.Fatal(err)
	}
	a.Down()
	if err := <-ended; err == nil {
		t.Error("the call was answered")
	}
	a.Close()
	if c := a.Codes(); len(c) != 1 || c[0].Answered {
		t.Errorf("codes %+v", c)
	}
	if a.Up() == nil || a.Start() == nil {
		t.Error("a closed server came back")
	}
}

func TestManyClientsAtOnceGetDifferentCodes(t *testing.T) {
	a := start(t, oneloginsim.Options{OlderCodesStay: true})
	ana := a.AddUser(oneloginsim.User{})
	a.FailAlways(oneloginsim.CallGetUser, oneloginsim.NotFound())
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if r, err := a.tryCode(within(t), ana, ask); err != nil || r.StatusCode > 201 {
				t.Errorf("%v, %d", err, r.StatusCode)
			}
			a.UpdateUser(ana, func(u *oneloginsim.User) { u.RoleIDs = append(u.RoleIDs, 1) })
			if _, err := a.try(within(t), http.MethodGet, userPath(ana), ""); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	requests := map[string]bool{}
	for _, c := range a.Codes() {
		requests[c.RequestID] = c.Answered
	}
	if u, _ := a.User(ana); len(requests) != 20 || len(u.RoleIDs) != 20 || a.Count(oneloginsim.AnyCall) != 60 {
		t.Errorf("%d codes by different requests, %d updates, %d calls", len(requests), len(u.RoleIDs), a.Count(""))
	}
}

func contextWithLocalAddr(r *http.Request, ip net.IP) context.Context {
	return context.WithValue(r.Context(), http.LocalAddrContextKey, &net.TCPAddr{IP: ip, Port: 80})
}
