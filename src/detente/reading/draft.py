from detente.reading.values import Draft
def make_draft(statements, *, title, day, name):
    return Draft(reason="todo")
