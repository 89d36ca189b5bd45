-- name: survey_ask
insert into survey (interaction, queue, agent, language, state, asked) values ($1, $2, $3, $4, 'asked', $5)
on conflict (interaction) do update set queue = $2, agent = $3, language = $4 where survey.state = 'asked'

-- name: survey_key
insert into survey (interaction, queue, agent, state, via, score, asked, answered) values ($1, $2, $3, 'answered', $4, $5, $6, $6)
on conflict (interaction) do update set queue = $2, agent = $3, state = 'answered', via = $4, score = $5, answered = $6
where survey.state in ('asked', 'unanswered')

-- name: survey_invite
insert into survey (interaction, queue, agent, customer, language, state, asked, invited, expires, token, tell_invited)
values ($1, $2, $3, $4, $5, 'invited', $6, $6, $7, $8, true)
on conflict (interaction) do update set queue = $2, agent = $3, customer = $4, language = $5, state = 'invited', invited = $6, expires = $7,
    token = $8, tell_invited = true
where survey.state = 'asked'

-- name: survey_close
update survey set state = 'unanswered' where interaction = $1 and state = 'asked'

-- name: survey_may_invite
select not exists (select from sms_optout where number = $1)
    and not exists (select from survey where customer = $1 and customer <> '' and invited > $2)

-- name: survey_one
select interaction, queue, agent, customer, language, state, via, score, words, asked, invited, expires, answered
from survey
where interaction = $1

-- name: survey_list
select s.interaction, s.queue, s.agent, s.customer, s.language, s.state, s.via, s.score, s.words, s.asked, s.invited, s.expires, s.answered
from survey s
where ($1 = '' or s.state = $1) and ($2 = '' or s.queue = $2) and ($3 = '' or s.agent = $3)
    and ($4 = '' or (s.asked, s.interaction) < (select b.asked, b.interaction from survey b where b.interaction = $4))
order by s.asked desc, s.interaction desc
limit $5

-- name: survey_link
select interaction, queue, agent, customer, language, state, via, score, words, asked, invited, expires, answered
from survey
where token = $1 and expires > $2

-- name: survey_answer
update survey set state = 'answered', via = 'page', score = $2, words = $3, answered = $4, tell_answered = true
where token = $1 and expires > $4 and state = 'invited'

-- name: survey_words
select words from survey where interaction = $1

-- name: survey_untold
select interaction, queue, agent, language, state, via, score, asked, invited, expires, answered,
    tell_invited as tellinvited, tell_answered as tellanswered
from survey
where tell_invited or tell_answered
order by asked, interaction
limit $1

-- name: survey_told
update survey set tell_invited = tell_invited and not $2, tell_answered = tell_answered and not $3 where interaction = $1

-- name: survey_expire
update survey set token = null, state = case when state = 'invited' then 'unanswered' else state end where token is not null and expires <= $1

-- name: survey_forget
update survey set customer = '' where customer <> '' and invited < $1
