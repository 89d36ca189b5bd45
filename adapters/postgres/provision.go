package postgres

import (
	"context"
	"database/sql"
	"time"

	"github.com/lib/pq"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/provision"
)

var _ provision.Store = (*DB)(nil)

type accountRow struct {
	provision.Account
	Made stamp
}

func (r accountRow) plain() provision.Account {
	a := r.Account
	a.Made = r.Made.Time
	return a
}

type trunkRow struct {
	ID, Name, Server, Username, Password string
	Hosts                                pq.StringArray
	SetAt                                time.Time `db:"set_at"`
}

func (r trunkRow) plain() provision.Trunk {
	return provision.Trunk{
		ID: orchestrator.TrunkID(r.ID), Name: r.Name, Hosts: r.Hosts, Server: r.Server, User: r.Username,
		Password: provision.Secret(r.Password), Set: r.SetAt.UTC(),
	}
}

// PutAccount implements provision.Store.
func (d *DB) PutAccount(ctx context.Context, a provision.Account) error {
	_, err := d.q.AccountPut.ExecContext(ctx, a.Agent, a.Name, clean(a.Realm), a.HA1, a.Made.UTC(), clean(a.Switch))
	return wrap("account.put", err)
}

// Account implements provision.Store.
func (d *DB) Account(ctx context.Context, agent orchestrator.AgentID) (provision.Account, error) {
	var row accountRow
	err := d.q.AccountOne.GetContext(ctx, &row, clean(string(agent)))
	return row.plain(), missing("account", "phone account of agent "+string(agent), err)
}

// Accounts implements provision.Store.
func (d *DB) Accounts(ctx context.Context) ([]provision.Account, error) {
	var rows []accountRow
	err := d.q.AccountList.SelectContext(ctx, &rows)
	return rowsOf(rows), wrap("accounts", err)
}

// DropAccount implements provision.Store.
func (d *DB) DropAccount(ctx context.Context, agent orchestrator.AgentID) error {
	r, err := d.q.AccountDrop.ExecContext(ctx, clean(string(agent)))
	return dropped("account.drop", "phone account of agent "+string(agent), r, err)
}

// PutTrunk implements provision.Store.
func (d *DB) PutTrunk(ctx context.Context, t provision.Trunk) error {
	hosts := pq.StringArray(t.Hosts)
	if hosts == nil {
		hosts = pq.StringArray{}
	}
	_, err := d.q.TrunkPut.ExecContext(ctx, t.ID, t.Name, hosts, clean(t.Server), clean(t.User), clean(t.Password.Reveal()), t.Set.UTC())
	return wrap("trunk.put", err)
}

// Trunk implements provision.Store.
func (d *DB) Trunk(ctx context.Context, id orchestrator.TrunkID) (provision.Trunk, error) {
	var row trunkRow
	err := d.q.TrunkOne.GetContext(ctx, &row, clean(string(id)))
	return row.plain(), missing("trunk", "trunk "+string(id), err)
}

// Trunks implements provision.Store.
func (d *DB) Trunks(ctx context.Context) ([]provision.Trunk, error) {
	var rows []trunkRow
	err := d.q.TrunkList.SelectContext(ctx, &rows)
	return rowsOf(rows), wrap("trunks", err)
}

// DropTrunk implements provision.Store.
func (d *DB) DropTrunk(ctx context.Context, id orchestrator.TrunkID) error {
	r, err := d.q.TrunkDrop.ExecContext(ctx, clean(string(id)))
	return dropped("trunk.drop", "trunk "+string(id), r, err)
}

// dropped is NotFound when a deletion met nothing.
func dropped(op, what string, r sql.Result, err error) error {
	if err != nil {
		return wrap(op, err)
	}
	n, err := r.RowsAffected()
	if err == nil && n == 0 {
		return none(op, what)
	}
	return wrap(op, err)
}
