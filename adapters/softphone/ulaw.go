package softphone

// G.711 µ-law, ITU-T G.711: a sign bit, three bits of exponent and four of mantissa, all inverted.
const (
	ulawBias = 0x84
	ulawClip = 0x7FFF - ulawBias
)

// encodeULaw compresses one 16-bit sample.
func encodeULaw(sample int16) byte {
	magnitude, sign := int(sample), byte(0)
	if magnitude < 0 {
		magnitude, sign = -magnitude, 0x80
	}
	magnitude = min(magnitude, ulawClip) + ulawBias
	exponent := 7
	for mask := 0x4000; exponent > 0 && magnitude&mask == 0; mask >>= 1 {
		exponent--
	}
	mantissa := byte(magnitude>>(exponent+3)) & 0x0F
	return ^(sign | byte(exponent)<<4 | mantissa)
}

// decodeULaw expands one byte to a 16-bit sample.
func decodeULaw(code byte) int16 {
	code = ^code
	exponent := code >> 4 & 0x07
	magnitude := (int(code&0x0F)<<3+ulawBias)<<exponent - ulawBias
	if code&0x80 != 0 {
		return int16(-magnitude)
	}
	return int16(magnitude)
}
