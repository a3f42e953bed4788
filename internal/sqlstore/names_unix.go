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
