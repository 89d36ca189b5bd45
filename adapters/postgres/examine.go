package postgres

import (
	"context"
	"time"
)

// Examination is what an admin wants to know of the server before trusting it with calls.
type Examination struct {
	Version    string
	Durable    bool          // what was committed survives a power cut
	ClockAhead time.Duration // of ours
}

// SilentNumbers names the queues at whose number no call has ever arrived, as "7001 (sales)".
func (d *DB) SilentNumbers(ctx context.Context) ([]string, error) {
	var names []string
	err := d.q.QueueSilent.SelectContext(ctx, &names)
	return names, wrap("database.examine", err)
}

// Examine asks the server about itself; it changes nothing.
func (d *DB) Examine(ctx context.Context) (Examination, error) {
	var row struct {
		Version string    `db:"version"`
		Durable bool      `db:"durable"`
		Now     time.Time `db:"now"`
	}
	before := time.Now()
	err := d.db.GetContext(ctx, &row, `select current_setting('server_version') as version,
		current_setting('fsync') = 'on' and current_setting('full_page_writes') = 'on' and current_setting('synchronous_commit') <> 'off' as durable,
		clock_timestamp() as now`)
	if err != nil {
		return Examination{}, wrap("database.examine", err)
	}
	half := time.Since(before) / 2
	return Examination{Version: row.Version, Durable: row.Durable, ClockAhead: row.Now.Sub(before.Add(half))}, nil
}
