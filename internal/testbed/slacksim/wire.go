package slacksim

import (
	"net"
	"sync"
	"sync/atomic"
)

// wireListener hands out connections that can be watched and frozen.
type wireListener struct{ net.Listener }

func (l wireListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &wire{Conn: c, gone: make(chan struct{})}, nil
}

// wire is a TCP connection under a WebSocket. Once watching, it notes which data messages
// come in several frames, which the WebSocket library puts together before anybody sees it.
type wire struct {
	net.Conn
	watching atomic.Bool
	frozen   atomic.Bool
	once     sync.Once
	gone     chan struct{}

	frames frameReader // used by the one goroutine that reads
	mu     sync.Mutex
	whole  []bool // for each data message that was started: did it come in one frame

	writing sync.Mutex
	holding bool
	held    []byte // written while holding
}

// Read reads from the peer; frozen, it blocks until the connection is closed.
func (w *wire) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	if w.frozen.Load() {
		<-w.gone
		return 0, net.ErrClosed
	}
	if w.watching.Load() {
		w.frames.read(p[:n], func(oneFrame bool) {
			w.mu.Lock()
			w.whole = append(w.whole, oneFrame)
			w.mu.Unlock()
		})
	}
	return n, err
}

// Write writes to the peer; frozen, it swallows what it is given.
func (w *wire) Write(p []byte) (int, error) {
	w.writing.Lock()
	defer w.writing.Unlock()
	if w.holding {
		w.held = append(w.held, p...)
		return len(p), nil
	}
	return w.send(p)
}

func (w *wire) send(p []byte) (int, error) {
	if w.frozen.Load() {
		return len(p), nil
	}
	return w.Conn.Write(p)
}

// hold keeps what is written until release: many messages go out together, as they do
// from a busy server.
func (w *wire) hold() {
	w.writing.Lock()
	defer w.writing.Unlock()
	w.holding = true
}

func (w *wire) release() error {
	w.writing.Lock()
	defer w.writing.Unlock()
	w.holding = false
	if len(w.held) == 0 {
		return nil
	}
	_, err := w.send(w.held)
	w.held = w.held[:0]
	return err
}

// Close closes the connection.
func (w *wire) Close() error {
	w.once.Do(func() { close(w.gone) })
	return w.Conn.Close()
}

// cut ends the connection as a pulled cable and a reboot do: with a reset, not a goodbye.
func (w *wire) cut() {
	if tcp, ok := w.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // best effort: without it the peer sees an orderly close
	}
	_ = w.Close()
}

// nextWhole reports whether the next data message came in one frame.
func (w *wire) nextWhole() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.whole) == 0 {
		return true
	}
	first := w.whole[0]
	w.whole = w.whole[1:]
	return first
}

// frameReader follows WebSocket frame headers in a stream of bytes (RFC 6455, 5.2).
type frameReader struct {
	header []byte // of the frame being read, as far as it has come
	skip   uint64 // payload bytes still to pass
}

// read calls message for every data message that starts in p, with whether one frame holds it all.
func (f *frameReader) read(p []byte, message func(oneFrame bool)) {
	for len(p) > 0 {
		if f.skip > 0 {
			n := min(f.skip, uint64(len(p)))
			f.skip -= n
			p = p[n:]
			continue
		}
		f.header = append(f.header, p[0])
		p = p[1:]
		size, ok := headerSize(f.header)
		if !ok || len(f.header) < size {
			continue
		}
		final, opcode := f.header[0]&0x80 != 0, f.header[0]&0x0f
		if opcode == 1 || opcode == 2 {
			message(final)
		}
		f.skip = payloadSize(f.header)
		f.header = f.header[:0]
	}
}

// headerSize is how long a frame header is; ok is false while that cannot be told.
func headerSize(h []byte) (size int, ok bool) {
	if len(h) < 2 {
		return 0, false
	}
	size = 2
	switch h[1] & 0x7f {
	case 126:
		size += 2
	case 127:
		size += 8
	}
	if h[1]&0x80 != 0 {
		size += 4 // the mask
	}
	return size, true
}

func payloadSize(h []byte) uint64 {
	n, extra := uint64(h[1]&0x7f), 0
	switch n {
	case 126:
		extra = 2
	case 127:
		extra = 8
	}
	if extra == 0 {
		return n
	}
	n = 0
	for _, b := range h[2 : 2+extra] {
		n = n<<8 | uint64(b)
	}
	return n
}
