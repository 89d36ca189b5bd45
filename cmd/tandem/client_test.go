package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestNoProxySeesTheKey: the key goes to the Tandem that listens here, also where the environment names a proxy.
func TestNoProxySeesTheKey(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("the proxy is shown %q", r.Header.Get("Authorization"))
	}))
	defer proxy.Close()
	for _, name := range []string{"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"} {
		t.Setenv(name, proxy.URL)
	}
	l, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	here := &httptest.Server{Listener: l, Config: &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })}}
	here.Start()
	defer here.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://0.0.0.0:"+port+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer hush")
	answer, err := direct.Do(request)
	if err != nil || answer.StatusCode != http.StatusNoContent {
		t.Fatal(answer, err)
	}
	_ = answer.Body.Close()
	if by, ok := direct.Transport.(*http.Transport); !ok || by.Proxy != nil {
		t.Error("a proxy may be asked") // The environment is read once in a program, so that the above may not tell.
	}
}
