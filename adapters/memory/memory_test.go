package memory_test

import (
	"testing"
	"time"

	"tandem/adapters/memory"
	"tandem/orchestrator/engine"
	"tandem/orchestrator/storagetest"
)

type store struct{ *memory.Store }

func (s store) OpenJournal() engine.Journal { return s.Journal() }

func TestStorage(t *testing.T) {
	storagetest.Run(t, func(*testing.T) storagetest.Store { return store{memory.New(time.Now)} })
}
