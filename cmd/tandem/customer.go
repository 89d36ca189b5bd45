package main

import (
	"fmt"
	"time"

	"tandem/adapters/postgres"
	"tandem/orchestrator/desk/customer"
)

// CustomersConfig says how customers' records serve routing; see docs/customers.md.
type CustomersConfig struct {
	Wait  time.Duration `yaml:"wait" env:"WAIT"`   // of a call for its caller's record; 0 looks nobody up
	Guess []string      `yaml:"guess" env:"GUESS"` // of the preferred channel, such as age_band=18-29:chat
}

// checkCustomers says what is wrong with it.
func (c Config) checkCustomers() error {
	if c.Customers.Wait < 0 || c.Customers.Wait > 5*time.Second {
		return fmt.Errorf("configuration: customers.wait (TANDEM_CUSTOMERS_WAIT) is %s; use 0s to 5s", c.Customers.Wait)
	}
	for _, text := range c.Customers.Guess {
		if _, err := customer.ReadGuess(text); err != nil {
			return fmt.Errorf("configuration: customers.guess (TANDEM_CUSTOMERS_GUESS): %w", err)
		}
	}
	return nil
}

// guesses are the rules, which were checked.
func (c CustomersConfig) guesses() (out []customer.Guess) {
	for _, text := range c.Guess {
		g, _ := customer.ReadGuess(text)
		out = append(out, g)
	}
	return out
}

func (c Config) customerBook(db *postgres.DB) customer.Book {
	return customer.Book{Desk: db, Country: c.SMS.Country, Guesses: c.Customers.guesses()}
}
