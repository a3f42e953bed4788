package config

import (
	"errors"
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
	if ps.has(dotenv) { // what is missing may stand in it
		return Config{}, ps
	}
	var c Config
	c.checkNames(vars, fileVars, &ps)
	c.checkNetwork(vars, fileVars, &ps)
	c.noteDotenv(merge(vars, fileVars))
	c.readSecretFiles(vars, &ps)
	checkQuotes(vars, &ps)
	addr, addrSet := vars["OLBOT_HTTP_ADDR"]
	maps.DeleteFunc(vars, func(_, value string) bool { return value == "" }) // empty is as good as unset

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

// merge adds the variables of the .env file that the environment does not set, and
// returns them. A secret and its file are one setting.
func merge(vars, file map[string]string) (merged map[string]string) {
	set, merged := maps.Clone(vars), map[string]string{}
	for name, value := range file {
		_, here := set[name]
		_, asFile := set[name+fileSuffix]
		_, asValue := set[strings.TrimSuffix(name, fileSuffix)]
		if !here && !asFile && !(asValue && settingOf(strings.TrimSuffix(name, fileSuffix)).Type == secretType) {
			vars[name] = strings.TrimSpace(value)
			merged[name] = value
		}
	}
	return merged
}

var (
	errLargeSecret = errors.New("which is larger than any secret")
	errEmptySecret = errors.New("an empty file")
)

// rootCause is the error without the path.
func rootCause(err error) error {
	if pathError, ok := errors.AsType[*os.PathError](err); ok {
		return pathError.Err
	}
	return err
}

var secretType = reflect.TypeFor[onelogin.Secret]()

// settings are the fields of Config that are set by a variable.
func settings() iter.Seq[reflect.StructField] {
	return func(yield func(reflect.StructField) bool) {
		for f := range reflect.TypeFor[Config]().Fields() {
			if _, set := f.Tag.Lookup("env"); set && !yield(f) {
				return
			}
		}
	}
}

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
