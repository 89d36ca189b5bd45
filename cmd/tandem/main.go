// Tandem is a contact-centre control plane: a media switch moves the audio, Tandem decides everything else.
package main

func main() {}
