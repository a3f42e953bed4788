package onelogin

import "time"

// observing begins to time a request. What it returns tells [Config.Observe] how
// the request ended; an answer without a status, or whose body could not be
// read, is none.
func (c *Client) observing(cl call) func(answer) {
	if c.observe == nil {
		return func(answer) {}
	}
	began := time.Now()
	return func(ans answer) {
		if ans.err != nil {
			ans.status = 0
		}
		c.observe(cl.op, ans.status, time.Since(began))
	}
}
