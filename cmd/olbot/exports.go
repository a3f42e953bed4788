package main

import (
	"context"
	"fmt"
	"net/http"

	"go.uber.org/zap"

	"olbot/approvals"
	"olbot/internal/config"
	"olbot/internal/export"
	"olbot/internal/export/ocsf"
	"olbot/internal/monitor"
)

// newExports makes the sinks of OLBOT_EXPORT. Nothing is opened yet.
func (p *program) newExports(c config.Config, trail export.Trail, m *monitor.Metrics, log *zap.Logger) (all []*export.Sink) {
	format := export.AsStored(trail)
	if c.ExportFormat == config.ExportOCSF {
		format = export.Each(func(e approvals.Event) ([]byte, error) { return ocsf.Line(e, programVersion()) })
	}
	for _, to := range c.Export {
		all = append(all, export.New(export.Config{
			To: to, Format: format, Authorization: c.ExportAuthorization, UserAgent: "olbot/" + programVersion(), Transport: http.DefaultTransport,
			Log: log, Now: p.now, Saw: m.Export(export.Name(to), p.now),
		}))
	}
	return all
}

// exportChecks find out whether the exports could be sent to. They only warn: what keeps the trail from being sent on
// keeps nobody from working.
func (p *program) exportChecks(c config.Config, offline bool) (all []series) {
	sinks := p.newExports(c, nil, monitor.NewMetrics(programVersion()), zap.NewNop())
	for i, to := range c.Export {
		if offline && to.Scheme != "file" {
			continue
		}
		sink := sinks[i]
		all = append(all, series{"", []check{{"export", func(ctx context.Context) (finding, error) { return lookAtExport(ctx, sink), nil }}}})
	}
	return all
}

func lookAtExport(ctx context.Context, sink *export.Sink) finding {
	err := sink.Reach(ctx)
	if err == nil {
		return finding{well: sink.Name()}
	}
	advice := "olbot works without it, and sends it everything once it is there"
	if unproven(err) {
		advice = trustAdvice
	}
	return finding{warnings: []string{fmt.Sprintf("OLBOT_EXPORT: %s cannot be sent to (%v); %s", sink.Name(), err, advice)}}
}
