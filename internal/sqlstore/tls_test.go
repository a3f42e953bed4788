package sqlstore_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"olbot/internal/sqlstore"
)

// withCertificate listens as a PostgreSQL server with a certificate that it has signed itself, for
// the name and until then, and returns its address and the certificate's file.
func withCertificate(t *testing.T, name string, until time.Time) (addr, file string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	cert := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{name}, NotBefore: until.Add(-48 * time.Hour), NotAfter: until,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, cert, cert, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	l := answersTLS(t, func(c net.Conn) {
		c.Write([]byte("S"))
		tls.Server(c, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}).Handshake()
	})
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return "localhost:" + port, file
}

// TestACertificateThatIsRefusedIsExplained: what is wrong with it, and what to set.
func TestACertificateThatIsRefusedIsExplained(t *testing.T) {
	tomorrow, yesterday := time.Now().Add(24*time.Hour), time.Now().Add(-24*time.Hour)
	for _, c := range []struct {
		name, host string
		until      time.Time
		mode       string
		trusted    bool
		want       sqlstore.OpenErrorKind
		says       []string
	}{
		{"nobody knows who signed it", "localhost", tomorrow, "verify-full", false, sqlstore.NotVerified, []string{"unknown authority", "sslrootcert"}},
		{"the same with verify-ca", "localhost", tomorrow, "verify-ca", false, sqlstore.NotVerified, []string{"unknown authority", "sslrootcert"}},
		{"it is of another name", "db.example.com", tomorrow, "verify-full", true, sqlstore.OtherName, []string{"db.example.com, not localhost", "name in the URL"}},
		{"it has expired", "localhost", yesterday, "verify-full", true, sqlstore.OutOfDate, []string{"expired", "new certificate"}},
		{"it has expired, with verify-ca", "localhost", yesterday, "verify-ca", true, sqlstore.OutOfDate, []string{"expired", "new certificate"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			addr, file := withCertificate(t, c.host, c.until)
			url := "postgres://olbot:hunter2@" + addr + "/olbot?sslmode=" + c.mode
			if c.trusted {
				url += "&sslrootcert=" + file
			}
			err := opening(t, sqlstore.Config{URL: url, Keys: testKeys}, c.want)
			for _, says := range append(c.says, "sslmode") {
				if !strings.Contains(err.Error(), says) {
					t.Errorf("%v\ndoes not say %q", err, says)
				}
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error holds the password: %v", err)
			}
		})
	}
	t.Run("the file of sslrootcert is missing", func(t *testing.T) {
		err := opening(t, sqlstore.Config{URL: "postgres://olbot@localhost:1/olbot?sslrootcert=/no/such/ca.pem", Keys: testKeys}, sqlstore.NotVerified)
		if !strings.Contains(err.Error(), "/no/such/ca.pem") {
			t.Error(err)
		}
	})
}

// answersTLS listens as a PostgreSQL server that answers the request for TLS as told, and hangs up.
func answersTLS(t *testing.T, answer func(net.Conn)) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			if _, err := io.ReadFull(c, make([]byte, 8)); err == nil {
				answer(c)
			}
			c.Close()
		}
	}()
	return l
}
