//go:build unix

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
