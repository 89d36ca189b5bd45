package postgres_test

import (
	"database/sql"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	dropped = regexp.MustCompile(`Rows Removed by Filter: (\d+)`)
	scanned = regexp.MustCompile(`on view_interaction .*actual time=\S+ rows=(\d+)`)
)

// TestCustomersAreFoundByIndexes: what is asked for each call reads neither all customers nor all that an address has ever sent.
func TestCustomersAreFoundByIndexes(t *testing.T) {
	dsn := database(t)
	raw(t, dsn,
		`insert into customer overriding system value select g, 'C-'||g, '','','','','','','','','{}',1,now(),now() from generate_series(1,3000) g`,
		`insert into customer_identity select 'phone','+4915'||g,'C-'||g,0,'crm',true,array['+4915'||g,'015'||g] from generate_series(1,3000) g`,
		`insert into view_interaction (id,channel,switch,from_number,name,to_number,queue,state,reason,agent,arrived,live,estimated,waiting)
			select 'i'||g,'voice','',case when g <= 10000 then 'other' when g%2 = 0 then '+4915777' else '015777' end,'','','','done','','',now()-g*interval '1 minute',false,false,false from generate_series(1,15000) g`,
		`analyze`)
	plans := map[string]string{
		"customer_rows": "(text[],int,text,text)|('{}',10,'phone','+4915777')",
		"customer_list": "(text,text,text,int)|('','+4915777','',51)",
	}
	for name, plan := range plans {
		types, values, _ := strings.Cut(plan, "|")
		told := explained(t, dsn, "prepare "+name+types+" as "+query(t, "customer", name), "explain analyze execute "+name+values)
		for _, over := range []struct {
			form  *regexp.Regexp
			limit int
		}{{dropped, 100}, {scanned, 100}} {
			for _, m := range over.form.FindAllStringSubmatch(told, -1) {
				if n, err := strconv.Atoi(m[1]); err != nil || n > over.limit {
					t.Errorf("%s reads %d rows: %s\n%s", name, n, m[0], told)
				}
			}
		}
	}
}

// query is the text of a query.
func query(t *testing.T, file, name string) string {
	t.Helper()
	text, err := os.ReadFile("../../sql/queries/" + file + ".sql")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "-- name: "+name+"\n")
	if !found {
		t.Fatalf("there is no query %s", name)
	}
	body, _, _ := strings.Cut(rest, "-- name: ")
	return body
}

// explained is how a prepared statement is carried out with these values.
func explained(t *testing.T, dsn, prepare, explain string) string {
	t.Helper()
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(t.Context(), prepare); err != nil {
		t.Fatal(err)
	}
	rows, err := db.QueryContext(t.Context(), explain)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}
