package softphone

import (
	"math"
	"time"
)

const (
	// SampleRate is the rate of all audio here, in samples per second.
	SampleRate = 8000
	// frameSamples is one packet: 20 ms.
	frameSamples  = SampleRate / 50
	frameDuration = 20 * time.Millisecond
	// windowSamples is what one tone measurement looks at: 40 ms, which resolves 25 Hz.
	windowSamples = 2 * frameSamples
	// toneFrames is how many windows in a row must carry a tone before it counts as heard: 200 ms.
	toneFrames = 10
	// toneShare is the part of a window's energy that a tone needs. A quarter still finds each of
	// three tones mixed in a conference; another tone 50 Hz away leaks less than a tenth.
	toneShare = 0.25
	// loudLevel is the root mean square above which a window is not silence, about -48 dBFS: above the
	// comfort noise of the switches, below any prompt.
	loudLevel = 130
	// toneLevel is the peak of a tone that the phone sends, about -12 dBFS; two of them mix without clipping.
	toneLevel = 8000
)

// Source fills one frame of 20 ms with the samples to send next.
type Source func(frame []int16)

// Tone is a sine of hz hertz without end.
func Tone(hz float64) Source {
	phase, step := 0.0, 2*math.Pi*hz/SampleRate
	return func(frame []int16) {
		for i := range frame {
			frame[i] = int16(toneLevel * math.Sin(phase))
			phase = math.Mod(phase+step, 2*math.Pi)
		}
	}
}

// Silence is packets without sound.
func Silence() Source { return func(frame []int16) { clear(frame) } }

// Samples plays a recording once, then silence.
func Samples(samples []int16) Source {
	return func(frame []int16) {
		n := copy(frame, samples)
		samples = samples[n:]
		clear(frame[n:])
	}
}

// share returns which part of the samples' energy lies at hz, from 0 to 1 (Goertzel's algorithm).
func share(samples []int16, hz float64) float64 {
	turn := 2 * math.Cos(2*math.Pi*hz/SampleRate)
	var s1, s2, energy float64
	for _, sample := range samples {
		x := float64(sample)
		s1, s2 = x+turn*s1-s2, s1
		energy += x * x
	}
	if energy == 0 {
		return 0
	}
	power := s1*s1 + s2*s2 - turn*s1*s2
	return 2 * power / (float64(len(samples)) * energy)
}

// loud reports whether the samples are more than silence.
func loud(samples []int16) bool {
	var energy float64
	for _, sample := range samples {
		energy += float64(sample) * float64(sample)
	}
	return energy > loudLevel*loudLevel*float64(len(samples))
}

// carries reports whether a window holds the tone.
func carries(window []int16, hz float64) bool {
	return loud(window) && share(window, hz) >= toneShare
}

// ToneTime returns for how long the tone of hz hertz is heard in a recording, all its stretches of at
// least 200 ms together. It is how a test asks which channel of a recording carries whom.
func ToneTime(samples []int16, hz float64) time.Duration {
	total, run := 0, 0
	settle := func() {
		if run >= toneFrames {
			total += run
		}
		run = 0
	}
	for at := 0; at+windowSamples <= len(samples); at += frameSamples {
		if carries(samples[at:at+windowSamples], hz) {
			run++
		} else {
			settle()
		}
	}
	settle()
	return time.Duration(total) * frameDuration
}

// LoudTime returns for how long a recording is more than silence.
func LoudTime(samples []int16) time.Duration {
	total := 0
	for at := 0; at+frameSamples <= len(samples); at += frameSamples {
		if loud(samples[at : at+frameSamples]) {
			total++
		}
	}
	return time.Duration(total) * frameDuration
}

// strongestTone names the frequency that stands out in a window, in steps of 10 Hz; 0 means silence.
func strongestTone(window []int16) float64 {
	best, at := 0.0, 0.0
	if !loud(window) {
		return 0
	}
	for hz := 200.0; hz <= 3400; hz += 10 {
		if s := share(window, hz); s > best {
			best, at = s, hz
		}
	}
	return at
}
