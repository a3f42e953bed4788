package sqlstore

import "fmt"

// An OpenError is why a database cannot be used, where the operator can do
// something about it. It never holds a password.
type OpenError struct {
	Kind  OpenErrorKind
	Where string // the file, or user@host:port/database
	Err   error  // may be nil
}

// An OpenErrorKind says what is wrong.
type OpenErrorKind string

// What can be wrong with a database.
const (
	BadURL       OpenErrorKind = "bad_url"       // neither sqlite:path nor a PostgreSQL URL
	NoDirectory  OpenErrorKind = "no_directory"  // the file's directory does not exist
	NoFile       OpenErrorKind = "no_file"       // nothing to read
	NotWritable  OpenErrorKind = "not_writable"  // the file, its directory or the server is read-only to us
	InUse        OpenErrorKind = "in_use"        // another process has the file open
	Corrupt      OpenErrorKind = "corrupt"       // not a SQLite database, or a damaged one
	Unreachable  OpenErrorKind = "unreachable"   // no server answers
	NotVerified  OpenErrorKind = "not_verified"  // the server does not prove who it is
	OtherName    OpenErrorKind = "other_name"    // its certificate is of another name
	SeveralNames OpenErrorKind = "several_names" // the file has hard links
	OutOfDate    OpenErrorKind = "out_of_date"   // its certificate is out of date, or this machine's clock is wrong
	BadLogin     OpenErrorKind = "bad_login"     // the server refuses user or password
	NoDatabase   OpenErrorKind = "no_database"   // the server has no such database
	Denied       OpenErrorKind = "denied"        // the user may not create or use the tables
	ClockOff     OpenErrorKind = "clock_off"     // more than 2 s from the database's clock
	NewerSchema  OpenErrorKind = "newer_schema"  // a newer olbot has been here
	OlderSchema  OpenErrorKind = "older_schema"  // opened for reading only, and no olbot of this version has been here
	OtherSchema  OpenErrorKind = "other_schema"  // made before the schema began afresh for the first release
	OthersFile   OpenErrorKind = "others_file"   // a SQLite file with tables, and none of olbot's
	NotDurable   OpenErrorKind = "not_durable"   // the database would not keep what it is given
	NoKey        OpenErrorKind = "no_key"        // no key is set, and none may be made
	WrongKey     OpenErrorKind = "wrong_key"     // what is stored was stored with another key
	BadKey       OpenErrorKind = "bad_key"       // the file with the key cannot be used
)

var advice = map[OpenErrorKind]string{
	BadURL:       "this is no database URL; write sqlite:path/to/file.db or postgres://user:password@host:5432/database",
	NoDirectory:  "the directory does not exist; create it, or name another file",
	NoFile:       "there is no such database file; check the path",
	NotWritable:  "it cannot be written to; give olbot write access to the file and its directory, or to the server",
	InUse:        "another olbot has this file open; stop that one first, or use PostgreSQL to run several",
	Corrupt:      "this is not a SQLite database, or it is damaged; restore it from a backup, or name another file",
	Unreachable:  "the database server does not answer; check host and port, and that it runs",
	NotVerified:  "the database server does not prove who it is; set sslrootcert in the URL to the certificate of whoever signed its own, or write an sslmode that asks for less",
	OtherName:    "the database server's certificate is of another name; write that name in the URL, give the server a certificate for this one, or write sslmode=verify-ca, which does not compare names",
	OutOfDate:    "the database server's certificate is out of date, or this machine's clock is; give the server a new certificate, and set the clock. An sslmode below verify-ca would not look",
	SeveralNames: "the file has several names (hard links), so that two olbots could work on it and not notice; remove all but one",
	BadLogin:     "the database server refuses this user or password; check both",
	NoDatabase:   "the server has no database of this name; create it, or name another one",
	Denied:       "the database user lacks rights; let it create and use tables in its schema",
	ClockOff:     "this machine's clock and the database's are more than 2 s apart; set both by NTP",
	NewerSchema:  "a newer olbot has used this database; run that version, or restore the backup made before the upgrade",
	OlderSchema:  "the schema is older than this olbot; run olbot migrate first",
	OtherSchema:  "it was made by an olbot from before the first release, which keeps its data in another form; name an empty database, and keep this one for its records",
	OthersFile:   "this file is another program's: it has tables, and none of olbot's; name a file of olbot's own",
	NotDurable:   "the database would not keep what it is given over a crash",
	NoKey: "the key of its trail is missing; put the .key file back beside the SQLite file, or set OLBOT_TRAIL_KEY to the key (for a new PostgreSQL database, " +
		"olbot audit key prints one). If it is lost, olbot audit key --replace starts over with another, and the audit channel is told",
	WrongKey: "its trail was kept with another key; set that one as well (separate several by commas). If it is lost, olbot audit key --replace starts over with another, and the audit channel is told",
	BadKey:   "the file with the key of its trail cannot be used; repair it, or put its copy back. olbot makes no new key for a database that holds something",
}

// Error says where, what to do, and what the database said.
func (e *OpenError) Error() string {
	text := "database: " + advice[e.Kind]
	if e.Where != "" {
		text = "database " + e.Where + ": " + advice[e.Kind]
	}
	if e.Err != nil {
		text += fmt.Sprintf(" (%v)", e.Err)
	}
	return text
}

func (e *OpenError) Unwrap() error { return e.Err }

// AboutKey says whether it is the key that is wrong, and not the database.
func (e *OpenError) AboutKey() bool { return e.Kind == NoKey || e.Kind == WrongKey || e.Kind == BadKey }

func openError(kind OpenErrorKind, err error) *OpenError { return &OpenError{Kind: kind, Err: err} }
