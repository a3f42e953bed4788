package oneloginsim_test

import (
	"fmt"
	"time"

	"olbot/internal/testbed/oneloginsim"
)

func Example() {
	sim := oneloginsim.New(oneloginsim.Options{Scope: oneloginsim.ScopeManageUsers})
	if err := sim.Start(); err != nil {
		fmt.Println(err)
		return
	}
	defer sim.Close()

	maria := sim.AddUser(oneloginsim.User{Email: "maria@example.com"})
	ana := sim.AddUser(oneloginsim.User{Email: "ana@example.com", ManagerUserID: maria})

	// The next code is made, but the answer never arrives; the one after that has to wait 2 s first.
	sim.FailNext(oneloginsim.CallMFAToken, oneloginsim.Cut().AfterEffect())
	sim.FailNext(oneloginsim.CallMFAToken, oneloginsim.TooManyRequests(2*time.Second))

	// Point the program at sim.URL(), sim.ClientID() and sim.ClientSecret(), let it work, then reconcile.
	fmt.Println(sim.Count(oneloginsim.CallMFAToken), len(sim.Codes()), sim.SignIn(ana, "00000042"))
	// Output: 0 0 no such code was made for the user
}
