package config

import (
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
)

// A File is a file that settings were read from.
type File struct {
	Path     string
	Settings []string // the variables, sorted
}

// Files are the files that settings were read from: .env, and one for each NAME_FILE.
func (c Config) Files() []File { return c.files }

// maxSettingsFile is more than a .env or a secret needs: a larger file is the wrong one.
const maxSettingsFile = 1 << 20

// readFile reads a file whole, and who may do what with it: both of one file, also if its
// name is given to another one meanwhile.
func readFile(path string) (raw []byte, mode fs.FileMode, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	raw, err = io.ReadAll(io.LimitReader(f, maxSettingsFile))
	return raw, info.Mode().Perm(), err
}

// othersWrite says whether somebody besides the file's owner can write to it. Windows keeps
// rights in another way, and says nothing of them here.
func othersWrite(mode fs.FileMode) bool { return mode&0o022 != 0 && runtime.GOOS != "windows" }

func othersRead(mode fs.FileMode) bool { return mode&0o044 != 0 && runtime.GOOS != "windows" }

// everybodyReads leaves out the file's group: systemd and Kubernetes hand secrets over to a group of olbot's own.
func everybodyReads(mode fs.FileMode) bool { return mode&0o004 != 0 && runtime.GOOS != "windows" }

// narrowMode says how to keep others from writing to a secret's file, also to one that is
// mounted and cannot be changed where olbot sees it.
const narrowMode = "run chmod 600 on it, if it is mounted on the file that is mounted; in Kubernetes set the volume's defaultMode: 0440 with an fsGroup, 0400 without"

// readSecretFiles puts the contents of the NAME_FILE files under NAME.
func (c *Config) readSecretFiles(vars map[string]string, ps *Problems) {
	for f := range settings() {
		if f.Type != secretType {
			continue
		}
		name := variable(f)
		path := vars[name+fileSuffix]
		switch {
		case path == "":
			continue
		case vars[name] != "":
			ps.add(name, fmt.Sprintf("%s and %s%s are both set; set only one of them", name, name, fileSuffix))
			continue
		}
		secret, mode, err := readSecretFile(path)
		switch {
		case err != nil:
			ps.add(name, fmt.Sprintf("%s%s names %s, %v; set it to the path of a file that holds the secret", name, fileSuffix, Quoted(path), err))
			continue
		case othersWrite(mode):
			ps.add(name, fmt.Sprintf("%s%s names %s, which others can write to (mode %04o), who would then decide what olbot does; %s", name, fileSuffix, Quoted(path), mode, narrowMode))
			continue
		case everybodyReads(mode):
			c.warnings = append(c.warnings, fmt.Sprintf("%s%s names %s, which others can read (mode %04o): that is fine where only olbot runs in its container; elsewhere run chmod 600 on it", name, fileSuffix, Quoted(path), mode))
		}
		vars[name] = secret
		c.files = append(c.files, File{Path: path, Settings: []string{name}})
	}
}

func readSecretFile(path string) (string, fs.FileMode, error) {
	raw, mode, err := readFile(path)
	if err != nil && raw == nil {
		return "", 0, fmt.Errorf("which cannot be opened (%w)", rootCause(err))
	}
	text, notPlain := plainText(raw)
	secret := strings.TrimSpace(string(text))
	switch {
	case err != nil:
		return "", 0, fmt.Errorf("which cannot be read (%w)", rootCause(err))
	case notPlain != nil:
		return "", 0, fmt.Errorf("which is %w", notPlain)
	case len(raw) > maxSecretFile:
		return "", 0, errLargeSecret
	case secret == "":
		return "", 0, errEmptySecret
	}
	return secret, mode, nil
}

// noteDotenv keeps which settings came from the .env file.
func (c *Config) noteDotenv(from map[string]string) {
	if len(from) > 0 {
		c.files = append(c.files, File{Path: dotenv, Settings: slices.Sorted(maps.Keys(from))})
	}
}
