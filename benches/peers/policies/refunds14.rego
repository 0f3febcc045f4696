package bench

window := 60 if {
	input.tier == "platinum"
} else := 45 if {
	input.tier == "gold"
} else := 30

answer := -4 if {
	input.chargeback_open
} else := -1 if {
	input.final_sale
	input.condition != "defective"
} else := -1 if {
	input.kind == "grocery"
	input.condition in {"unopened", "opened"}
} else := -1 if {
	input.kind == "digital"
	input.condition != "defective"
} else := -3 if {
	input.refunds_last_year >= 8
} else := -3 if {
	input.total > {large}
	not input.manager_approved
} else := input.total if {
	input.region == "EU"
	input.days <= 14
	input.condition in {"unopened", "opened"}
} else := input.total if {
	input.condition == "unopened"
	input.days <= window
} else := input.total - {handling} if {
	input.condition == "opened"
	input.kind != "electronics"
	input.days <= 14
} else := input.total - {restocking} if {
	input.condition == "opened"
	input.kind == "electronics"
	input.days <= 14
} else := input.total if {
	input.condition == "defective"
	input.days <= 365
} else := input.total if {
	input.condition == "damaged"
	input.days <= 7
} else := -2 if {
	input.condition == "opened"
	input.kind == "apparel"
	input.days > 14
	input.days <= 30
} else := input.asked if {
	input.condition == "opened"
	input.days > 14
	input.tier in {"gold", "platinum"}
	{goodwill}
} else := -1
