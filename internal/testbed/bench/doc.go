// Command bench measures olbot beside two bots that only acknowledge: one of
// Slack's official Bolt framework and one of slack-go's socketmode package. All
// work against the simulators, on loopback, in the same run and one after the
// other; what counts are the ratios. README.md has the results.
//
//	go run ./bench -bolt ci/bolt
//
// The files: world.go has the people, process.go and contestant.go
// the programs, acks.go, pace.go, flows.go, disk.go, start.go and finished.go
// one measurement each, fill.go a database with a past, commits.go the raw rate
// of commits, stats.go and report.go the numbers.
package main
