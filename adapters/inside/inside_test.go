package inside

import "testing"

func TestRefuse(t *testing.T) {
	for address, refused := range map[string]bool{
		"93.184.216.34:443": false, "[2606:2800:220:1::1]:443": false,
		"10.0.0.1:80": true, "172.16.3.4:80": true, "192.168.1.1:80": true, "169.254.169.254:80": true, "100.64.0.1:80": true,
		"[fe80::1%eth0]:80": true, "[fd00::1]:80": true, "[::ffff:10.0.0.1]:80": true, "[64:ff9b::a00:1]:80": true,
		"[2002:a00:1::1]:80": true, "224.0.0.1:80": true, "255.255.255.255:80": true, "[::]:80": true, "nonsense": true,
	} {
		if err := refuse("tcp", address, nil); (err != nil) != refused {
			t.Errorf("%s: %v", address, err)
		}
	}
}
