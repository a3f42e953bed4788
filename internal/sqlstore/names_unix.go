//go:build linux || darwin || freebsd

package sqlstore

import (
	"io/fs"
	"syscall"
)

// names is how many names a file has in the file system.
func names(info fs.FileInfo) uint64 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(stat.Nlink)
	}
	return 1
}

// mayWrite says why this process may not write to a file or directory.
func mayWrite(name string) error {
	const write = 2 // W_OK
	return syscall.Access(name, write)
}

// room is how many bytes this process may still write where dir is; ok is false if nobody says so.
func room(dir string) (bytes uint64, ok bool) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return 0, false
	}
	return uint64(fs.Bavail) * uint64(fs.Bsize), true
}
