package config

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"

	"olbot/onelogin"
)

// fileSuffix turns a secret's name into the variable that names a file with it.
const fileSuffix = "_FILE"

// maxSecretFile is more than any secret needs: a larger file is the wrong one.
const maxSecretFile = 64 << 10

// Load reads the configuration from environ ("NAME=value" each) and from the
// .env file in dir, if dir is named and there is one. A command that uses only
// some variables names them: what is wrong with the others is not its business.
// The error is Problems.
func Load(environ []string, dir string, used ...string) (Config, error) {
	c, ps := read(environ, dir)
	if len(used) > 0 {
		ps = ps.about(append(used, dotenv)...)
	}
	if len(ps) > 0 {
		return Config{}, ps
	}
	return c, nil
}

// read returns every problem, and a Config in which the other settings can be used.
func read(environ []string, dir string) (Config, Problems) {
	var ps Problems
	vars := lookup(environ)
	fileVars := readDotenv(dir, &ps)
	checkNames(vars, fileVars, &ps)
	merge(vars, fileVars)
	readSecretFiles(vars, &ps)
	addr, addrSet := vars["OLBOT_HTTP_ADDR"]
	maps.DeleteFunc(vars, func(_, value string) bool { return value == "" }) // empty is as good as unset

	var c Config
	if err := env.ParseWithOptions(&c, env.Options{Environment: vars, FuncMap: parsers()}); err != nil {
		for _, err := range split(err) {
			ps.addParseError(err)
		}
	}
	if addrSet && addr == "" {
		c.HTTPAddr = "" // but not here
	}
	c.check(&ps)
	ps.sort()
	return c, ps
}

// lookup is the environment as a map. As in a process's environment, the last one wins.
func lookup(environ []string) map[string]string {
	vars := map[string]string{}
	for _, entry := range environ {
		if name, value, ok := strings.Cut(entry, "="); ok {
			vars[name] = strings.TrimSpace(value)
		}
	}
	return vars
}

// merge adds the variables of the .env file that the environment does not set. A
// secret and its file are one setting.
func merge(vars, file map[string]string) {
	set := maps.Clone(vars)
	for name, value := range file {
		_, here := set[name]
		_, asFile := set[name+fileSuffix]
		_, asValue := set[strings.TrimSuffix(name, fileSuffix)]
		if !here && !asFile && !(asValue && settingOf(strings.TrimSuffix(name, fileSuffix)).Type == secretType) {
			vars[name] = strings.TrimSpace(value)
		}
	}
}

// readSecretFiles puts the contents of the NAME_FILE files under NAME.
func readSecretFiles(vars map[string]string, ps *Problems) {
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
		secret, err := readSecretFile(path)
		if err != nil {
			ps.add(name, fmt.Sprintf("%s%s names %s, %v; set it to the path of a file that holds the secret", name, fileSuffix, Quoted(path), err))
			continue
		}
		vars[name] = secret
	}
}

func readSecretFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("which cannot be opened (%w)", rootCause(err))
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxSecretFile+1))
	secret := strings.TrimSpace(string(raw))
	switch {
	case err != nil:
		return "", fmt.Errorf("which cannot be read (%w)", rootCause(err))
	case len(raw) > maxSecretFile:
		return "", errors.New("which is larger than any secret")
	case secret == "":
		return "", errors.New("an empty file")
	}
	return secret, nil
}

// rootCause is the error without the path.
func rootCause(err error) error {
	if pathError, ok := errors.AsType[*os.PathError](err); ok {
		return pathError.Err
	}
	return err
}

var secretType = reflect.TypeFor[onelogin.Secret]()

// settings are the fields of Config, one for each variable.
func settings() iter.Seq[reflect.StructField] { return reflect.TypeFor[Config]().Fields() }

// variable is the name of the environment variable of a field.
func variable(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("env"), ",")
	return name
}

func required(f reflect.StructField) bool {
	return slices.Contains(strings.Split(f.Tag.Get("env"), ","), "required")
}

// settingOf is the field of the variable; the zero field if there is none.
func settingOf(name string) (f reflect.StructField) {
	for f := range settings() {
		if variable(f) == name {
			return f
		}
	}
	return f
}
