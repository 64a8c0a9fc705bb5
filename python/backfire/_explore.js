// The view of backfire.explore: sliders, and what they lead to. Every text comes from Python and is set as text, never as
// markup. One move is under way at a time: while it is, only the newest position is kept, and sent when the answer is there.

function make(parent, tag, text, className) {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  if (className) node.className = className;
  parent.append(node);
  return node;
}

function slider(parent, known, name) {
  const row = make(parent, "div", undefined, "slider");
  const label = make(row, "label");
  make(label, "bdi", known.title);
  const input = make(row, "input");
  input.type = "range";
  input.id = label.htmlFor = name;
  input.min = 0;
  input.max = known.stops.length - 1;
  input.value = known.start;
  input.dataset.path = known.path;
  // Arrows move the slider: neither JupyterLab's shortcuts nor its notebook may take them for their own.
  input.dataset.lmSuppressShortcuts = "true";
  input.addEventListener("keydown", (event) => event.stopPropagation());
  const shown = make(row, "output");
  shown.htmlFor = name;
  return {
    ...known,
    input,
    show() {
      const text = known.labels[input.valueAsNumber];
      shown.textContent = text;
      input.setAttribute("aria-valuetext", text);
    },
    // The stop nearest to a value.
    place(value) {
      const far = known.stops.map((stop) => Math.abs(stop - value));
      input.value = far.indexOf(Math.min(...far));
      this.show();
    },
  };
}

function showActions(box, answer, title) {
  box.replaceChildren();
  make(box, "div", title, "caption");
  let situation;
  for (const action of answer.actions) {
    if (action.situation !== situation) make(make(box, "div", undefined, "situation"), "bdi", action.situation);
    situation = action.situation;
    const row = make(box, "div", undefined, "action");
    make(make(row, "span", undefined, "name"), "bdi", action.action);
    const track = make(row, "span", undefined, "track");
    make(track, "span", undefined, "bar").style.width = `${100 * (action.value ?? 0)}%`;
    if (action.before !== null) make(track, "span", undefined, "before").style.left = `${100 * action.before}%`;
    const share = make(row, "data", action.shown, "share");
    if (action.value !== null) share.value = action.value;
    share.dataset.action = action.name;
  }
}

function showWork(box, answer, caption, columns) {
  box.replaceChildren();
  make(box, "caption", caption);
  const head = make(make(box, "thead"), "tr");
  for (const column of columns) make(head, "th", column).scope = "col";
  const body = make(box, "tbody");
  for (const [party, ...amounts] of answer.work) {
    const row = make(body, "tr");
    make(row, "th", party).scope = "row";
    for (const amount of amounts) make(row, "td", amount);
  }
}

function render({ model, el }) {
  const fixed = model.get("fixed");
  const root = make(el, "section", undefined, "backfire-explore");
  root.lang = fixed.language;
  make(make(root, "strong", undefined, "title"), "bdi", fixed.title);
  const name = `backfire-${Math.random().toString(36).slice(2)}`;
  const sliders = fixed.sliders.map((known, k) => slider(root, known, `${name}-${k}`));
  const bottom = make(root, "div", undefined, "row");
  const reset = make(bottom, "button", fixed.reset);
  reset.type = "button";
  const time = make(bottom, "small");
  const message = make(root, "p", undefined, "message");
  message.setAttribute("role", "alert");
  const words = make(root, "div", undefined, "words");
  words.setAttribute("role", "status");
  const actions = make(root, "div", undefined, "actions");
  const work = make(root, "table");
  let waiting = false; // positions newer than the last move that was sent

  const open = () => (model.get("asked").seq ?? 0) !== model.get("answer").seq;

  function send() {
    waiting = false;
    const values = Object.fromEntries(sliders.map((s) => [s.path, s.stops[s.input.valueAsNumber]]));
    model.set("asked", { seq: (model.get("asked").seq ?? 0) + 1, values });
    model.save_changes();
    root.setAttribute("aria-busy", "true");
  }

  function moved() {
    for (const s of sliders) s.show();
    if (open()) waiting = true;
    else send();
  }

  function answered() {
    const answer = model.get("answer");
    message.textContent = answer.message;
    message.hidden = !answer.message;
    time.textContent = answer.time;
    words.replaceChildren();
    answer.words.forEach((text, k) => make(words, k ? "p" : "strong", text));
    showActions(actions, answer, fixed.choices);
    showWork(work, answer, fixed.work, fixed.columns);
    if (open()) return;
    if (waiting) send();
    else root.setAttribute("aria-busy", "false");
  }

  for (const s of sliders) s.input.addEventListener("input", moved);
  reset.addEventListener("click", () => {
    for (const s of sliders) s.input.value = s.start;
    moved();
  });
  const values = model.get("asked").values ?? {};
  for (const s of sliders) s.place(values[s.path] ?? s.stops[s.start]);
  answered();
  model.on("change:answer", answered);
  return () => model.off("change:answer", answered);
}

export default { render };
