package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"tandem/api"
	"tandem/orchestrator/flow"
)

const flowsPath = "/api/v1/flows"

// askTime is how long a command waits for the Tandem that serves.
const askTime = 30 * time.Second

// flowPublish publishes files of flows, in their order, once each of them can be read. It ends at the first that is refused.
func flowPublish(ctx context.Context, c Config, files []string, out io.Writer) error {
	if len(files) == 0 {
		return errors.New("usage: tandem flow publish FILE…")
	}
	texts, names := make([]string, len(files)), make([]string, len(files))
	for i, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		f, err := flow.Parse(file, string(text))
		if err != nil {
			return fmt.Errorf("nothing is published:\n%w", err)
		}
		texts[i], names[i] = string(text), string(f.Name)
	}
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	client, err := c.apiClient()
	if err != nil {
		return err
	}
	for i, file := range files {
		if err := client.publish(ctx, names[i], texts[i], out); err != nil {
			return inFile(err, file)
		}
	}
	return nil
}

// publish makes a text the newest version of a flow, and says which one that is.
func (c apiClient) publish(ctx context.Context, id, text string, out io.Writer) error {
	path := flowsPath + "/" + url.PathEscape(id)
	var before, now api.Flow
	if status, err := c.ask(ctx, http.MethodGet, path, nil, &before); err != nil && status != http.StatusNotFound {
		return err
	}
	if _, err := c.ask(ctx, http.MethodPut, path, api.FlowText{Text: text}, &now); err != nil {
		return err
	}
	says := "new calls enter it"
	if now.Version == before.Version {
		says = "was in force already"
	}
	_, err := fmt.Fprintf(out, "flow %s, version %d, numbers %s: %s\n", now.ID, now.Version, strings.Join(now.Numbers, " "), says)
	return err
}

// inFile writes what the API says of lines of a text as a compiler would.
func inFile(err error, file string) error {
	var problem *refused
	if !errors.As(err, &problem) {
		return fmt.Errorf("%s: %w", file, err)
	}
	var lines []string
	for _, f := range problem.Fields {
		if line, found := strings.CutPrefix(f.Field, api.FlowLine); found {
			lines = append(lines, file+":"+line+": "+f.Says)
		}
	}
	if len(lines) == 0 {
		return fmt.Errorf("%s: %w", file, err)
	}
	return errors.New("not published:\n" + strings.Join(lines, "\n"))
}

// flowList lists the flows that new calls enter.
func flowList(ctx context.Context, c Config, _ []string, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	client, err := c.apiClient()
	if err != nil {
		return err
	}
	var all api.FlowList
	if _, err := client.ask(ctx, http.MethodGet, flowsPath, nil, &all); err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "FLOW\tVERSION\tPUBLISHED (UTC)\tNUMBERS")
	for _, f := range all.Items {
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\n", f.ID, f.Version, f.Published.Format(time.DateTime), strings.Join(f.Numbers, " "))
	}
	return w.Flush()
}

// flowShow prints the text of a flow as it was published.
func flowShow(ctx context.Context, c Config, args []string, out io.Writer) error {
	if len(args) == 0 || len(args) > 2 {
		return errors.New("usage: tandem flow show ID [VERSION]")
	}
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	client, err := c.apiClient()
	if err != nil {
		return err
	}
	var f api.Flow
	if len(args) == 2 {
		f, err = client.version(ctx, args[0], args[1])
	} else {
		_, err = client.ask(ctx, http.MethodGet, flowsPath+"/"+url.PathEscape(args[0]), nil, &f)
	}
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, strings.TrimSuffix(f.Text, "\n")+"\n")
	return err
}

// flowRollback publishes an older version again. It becomes the newest: versions are never taken away.
func flowRollback(ctx context.Context, c Config, args []string, out io.Writer) error {
	if len(args) != 2 {
		return errors.New("usage: tandem flow rollback ID VERSION; tandem flow show ID VERSION shows the text first")
	}
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	client, err := c.apiClient()
	if err != nil {
		return err
	}
	f, err := client.version(ctx, args[0], args[1])
	if err != nil {
		return err
	}
	if err := client.publish(ctx, f.ID, f.Text, out); err != nil {
		return inFile(err, fmt.Sprintf("flow %s version %d", f.ID, f.Version))
	}
	return nil
}

// version finds one version of a flow.
func (c apiClient) version(ctx context.Context, id, number string) (api.Flow, error) {
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 {
		return api.Flow{}, fmt.Errorf("the version %q is no number from 1", number)
	}
	var all api.FlowList
	if _, err := c.ask(ctx, http.MethodGet, flowsPath+"/"+url.PathEscape(id)+"/versions", nil, &all); err != nil {
		return api.Flow{}, err
	}
	for _, f := range all.Items {
		if f.Version == n {
			return f, nil
		}
	}
	if len(all.Items) == 0 {
		return api.Flow{}, fmt.Errorf("flow %s has no version %d", id, n)
	}
	return api.Flow{}, fmt.Errorf("flow %s has no version %d among its newest, %d to %d", id, n, all.Items[len(all.Items)-1].Version, all.Items[0].Version)
}
