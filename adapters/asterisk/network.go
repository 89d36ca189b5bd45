package asterisk

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// network is the one spelling of an address or a network: Asterisk shows the mask of IPv4 in full.
func network(text string) string {
	address, mask, _ := strings.Cut(text, "/")
	if strings.Contains(mask, ".") {
		ones, bits := net.IPMask(net.ParseIP(mask).To4()).Size()
		if bits == 32 {
			text = address + "/" + strconv.Itoa(ones)
		}
	}
	if prefix, err := netip.ParsePrefix(text); err == nil {
		return prefix.Masked().String()
	}
	if ip, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(ip, ip.BitLen()).String()
	}
	return text
}
