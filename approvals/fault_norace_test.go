//go:build !race && !mutation

package approvals_test

const faultStride = 1
