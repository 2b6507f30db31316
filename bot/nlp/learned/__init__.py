"""What was learned from notes that people labelled: which stretches of a text are a customer, goods, a worry.

Rules and lists know what somebody thought of; names, goods and wishes in other words are told by what stands around
them, more or less strongly. How strongly was fitted on labelled notes (`python -m tests.fit`) and stands in
`spans.txt`, one line for each mark. Reading adds these weights up and takes the likeliest division of the text
(a linear-chain conditional random field, Lafferty et al. 2001): no chance, no network, the same answer each time.
"""
