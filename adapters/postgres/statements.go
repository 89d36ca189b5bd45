package postgres

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unicode"

	"github.com/jmoiron/sqlx"

	"tandem/sql"
)

// statements holds every query of sql/queries, prepared; the field CellOpen is the query cell_open.
type statements struct {
	KeyAdd, KeyBySum, KeyList, KeyRevoke                                                                                                                                                                                                                                                                     *sqlx.Stmt
	AnswerPurge, AnswerClaim, AnswerKeep, AnswerOne                                                                                                                                                                                                                                                          *sqlx.Stmt
	EraseLock, EraseInteractions, EraseKeyedCalls, EraseKeyed, EraseKeyedFields, EraseKeyedHistory, EraseLiving, ErasePersons, EraseCheckpoints, EraseViews, EraseComments, EraseTickets, EraseSms, EraseSmsParts, EraseSurveys, EraseTexts, EraseOptout, EraseTapes, EraseTombstone, EraseUntold, EraseTold *sqlx.Stmt
	Figures, Ratings                                                                                                                                                                                                                                                                                         *sqlx.Stmt
	CellMake, CellName, CellOpen, CellEpoch, JournalAppend, JournalLast, JournalEntries, JournalStory, JournalQueueDefined, JournalFlows, JournalTables, CheckpointSave, CheckpointPrune, CheckpointNewest, CheckpointEarlier                                                                                *sqlx.Stmt
	ReactorMake, ReactorPlace, ReactorLock, ReactorMove, ReactorReset, ReactorSeq                                                                                                                                                                                                                            *sqlx.Stmt
	RecordingBegin, RecordingStop, RecordingFail, RecordingClaim, RecordingFree, RecordingSettle, RecordingLater, RecordingForgot, RecordingErased, RecordingOne, RecordingList                                                                                                                              *sqlx.Stmt
	SmsQueue, SmsClaim, SmsFree, SmsLeave, SmsSettle, SmsPartTaken, SmsPartTold, SmsPartDoubted, SmsLock, SmsReceipt, SmsList, SmsWaiting                                                                                                                                                                    *sqlx.Stmt
	SmsTextPut, SmsTextOpen, SmsTextJoin, SmsTextWhole, SmsTextList, SmsOptoutPut, SmsOptoutDrop, SmsOptoutList                                                                                                                                                                                              *sqlx.Stmt
	SurveyAsk, SurveyKey, SurveyInvite, SurveyClose, SurveyMayInvite, SurveyOne, SurveyList, SurveyLink, SurveyAnswer, SurveyWords, SurveyUntold, SurveyTold, SurveyExpire, SurveyForget                                                                                                                     *sqlx.Stmt
	TicketNext, TicketOpen, TicketOf, TicketOne, TicketLock, TicketList, TicketMove, TicketTake, TicketRate, TicketDispose, TicketChangeAdd, TicketChangeList, CommentAdd, CommentOne, CommentList                                                                                                           *sqlx.Stmt
	VerifyNumbers, VerifyOrder, VerifyPersons, VerifyCursors, VerifyViews                                                                                                                                                                                                                                    *sqlx.Stmt
	AgentList, AgentOne, AgentClear                                                                                                                                                                                                                                                                          *sqlx.Stmt
	ViewFold, InteractionOne, InteractionList, InteractionClear                                                                                                                                                                                                                                              *sqlx.Stmt
	QueueList, QueueSilent, QueueClear, SwitchOne, SwitchClear                                                                                                                                                                                                                                               *sqlx.Stmt

	AccountPut, AccountOne, AccountList, AccountDrop, TrunkPut, TrunkOne, TrunkList, TrunkDrop *sqlx.Stmt

	CustomerRows, CustomerList, CustomerLock, CustomerPut, CustomerIdentityOwner, CustomerIdentityDrop, CustomerIdentityPut, CustomerChangeAdd, CustomerChangeList, EraseCustomers, EraseCustomerHistory *sqlx.Stmt

	PlaceLinkPut, PlaceLinkOne, PlaceLinkForget, ErasePlaces *sqlx.Stmt

	SmsOne, SmsAgain, SmsPartDrop, SmsMade *sqlx.Stmt

	TicketAmend, TicketTypeList, TicketTypePut, TicketTypeDrop *sqlx.Stmt

	HookList, HookOne, HookActive, HookPut, HookDrop, HookRotate, HookWent, HookStanding *sqlx.Stmt

	DeliveryQueue, DeliveryClaim, DeliveryFree, DeliveryArrived, DeliveryLater, DeliveryDied, DeliveryForget, DeliveryDead, DeliveryAgain *sqlx.Stmt
}

// prepare prepares each query. A field without a query, a query without a field and a query that the database refuses are
// all told at once.
func (d *DB) prepare(ctx context.Context) error {
	texts, err := sql.Queries()
	if err != nil {
		return err
	}
	var wrong []error
	v := reflect.ValueOf(&d.q).Elem()
	for i := range v.NumField() {
		name := snake(v.Type().Field(i).Name)
		text, ok := texts[name]
		if !ok {
			wrong = append(wrong, fmt.Errorf("query %s is not in sql/queries", name))
			continue
		}
		delete(texts, name)
		s, err := d.db.PreparexContext(ctx, text)
		if err != nil {
			wrong = append(wrong, wrap("prepare query "+name, err))
			continue
		}
		v.Field(i).Set(reflect.ValueOf(s))
	}
	for name := range texts {
		wrong = append(wrong, fmt.Errorf("query %s of sql/queries is used by nobody", name))
	}
	return errors.Join(wrong...)
}

// snake turns CellOpen into cell_open.
func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
