package bench

# What the rules of the client answer that hold, in order; the first decides. Every rule is data of one form.
hits := [rule.answer |
	some rule in data.rules[input.client]
	input.days <= rule.to
	input.days >= rule.from
	input.asked > rule.above
	input.damaged in rule.damaged
	input.tier in rule.tiers
	input.asked * 100 <= input.total * rule.percent
]

answer := input.asked if {
	hits[0] == "approve"
} else := -5 if {
	hits[0] == "review"
} else := -1
