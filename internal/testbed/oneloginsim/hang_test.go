package oneloginsim_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"olbot/internal/testbed/oneloginsim"
)

func TestHangingCallGoesOnWhenReleased(t *testing.T) {
	for _, c := range []struct {
		effect oneloginsim.Effect
		codes  int // while it hangs
	}{
		{oneloginsim.Hang(), 0},
		{oneloginsim.Hang().AfterEffect(), 1},
		{oneloginsim.Hang().DuringAnswer(), 1},
	} {
		t.Run(c.effect.String(), func(t *testing.T) {
			a := start(t, oneloginsim.Options{MFAStatus: 200})
			ana := a.AddUser(oneloginsim.User{})
			a.FailNext(oneloginsim.CallMFAToken, c.effect)
			status := make(chan int)
			go func() {
				r, err := a.tryCode(within(t), ana, ask)
				if err != nil {
					t.Error(err)
					close(status)
					return
				}
				status <- r.StatusCode
			}()
			hangs := func() bool { return a.Count(oneloginsim.CallMFAToken) == 1 && len(a.Codes()) == c.codes }
			if err := a.Await(within(t), hangs); err != nil {
				t.Fatal(err)
			}
			if c.codes == 1 && a.Codes()[0].Answered {
				t.Error("the log says the client was told while the call hung")
			}
			a.Release()
			if got := <-status; got != 200 {
				t.Errorf("status %d", got)
			}
			if codes := a.Codes(); len(codes) != 1 || !codes[0].Answered {
				t.Errorf("codes %+v", codes)
			}
		})
	}
}

func TestHangingCallIsDroppedWithItsClient(t *testing.T) {
	a := start(t, oneloginsim.Options{})
	ana := a.AddUser(oneloginsim.User{})
	a.FailAlways(oneloginsim.CallMFAToken, oneloginsim.Hang())
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := a.tryCode(ctx, ana, ask)
		ended <- err
	}()
	if err := a.Await(within(t), func() bool { return a.Count(oneloginsim.CallMFAToken) == 1 }); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-ended; err == nil {
		t.Error("the call was answered")
	}
	a.Close()
	if n := len(a.Codes()); n != 0 {
		t.Errorf("%d codes were made", n)
	}
}

func TestCloseEndsWhatHangs(t *testing.T) {
	for _, e := range []oneloginsim.Effect{oneloginsim.Hang(), oneloginsim.Latency(time.Hour)} {
		a := start(t, oneloginsim.Options{})
		ana := a.AddUser(oneloginsim.User{})
		a.FailNext(oneloginsim.CallMFAToken, e)
		ended := make(chan error)
		go func() {
			_, err := a.tryCode(within(t), ana, ask)
			ended <- err
		}()
		if err := a.Await(within(t), func() bool { return a.Count(oneloginsim.CallMFAToken) == 1 }); err != nil {
			t.Fatal(err)
		}
		a.Close()
		if err := <-ended; err == nil {
			t.Errorf("%s: the call was answered", e)
		}
		a.Close()
	}
}

// Without a network the simulator lives in a synctest bubble, where an hour costs nothing.
func TestHandlerWorksOnSimulatedTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := oneloginsim.New(oneloginsim.Options{})
		defer s.Close()
		began := time.Now()
		s.FailNext(oneloginsim.CallToken, oneloginsim.Forbidden().Late(time.Hour))
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("POST", "/auth/oauth2/v2/token", strings.NewReader("")))
		if w.Code != 403 || time.Since(began) != time.Hour {
			t.Errorf("status %d after %v", w.Code, time.Since(began))
		}
	})
}

func TestClientThatGivesUpDoesNotStopASlowServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := oneloginsim.New(oneloginsim.Options{})
		defer s.Close()
		ana := s.AddUser(oneloginsim.User{})
		call := func(ctx context.Context, path, body, authorization string) *httptest.ResponseRecorder {
			r := httptest.NewRequestWithContext(ctx, "POST", path, strings.NewReader(body))
			r.Header.Set("Authorization", authorization)
			r.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			return w
		}
		w := call(t.Context(), tokenPath, grant, "client_id:"+s.ClientID()+", client_secret:"+s.ClientSecret())
		token := reply{Response: w.Result(), body: w.Body.Bytes()}.field(t, "access_token").(string)

		s.FailNext(oneloginsim.CallMFAToken, oneloginsim.Latency(time.Hour))
		givesUp, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		call(givesUp, codePath(ana), ask, "Bearer "+token)
		call(t.Context(), codePath(ana), ask, "Bearer "+token)
		codes := s.Codes()
		if len(codes) != 2 || codes[0].Answered || !codes[1].Answered {
			t.Errorf("codes %+v", codes)
		}
	})
}
