// Sends the form without leaving the page, and keeps it in this tab until it is taken.
// Rules and words are the server's; what it cannot show is left to the browser.
let form = document.querySelector("form.lead");
const url = form.action;
let box = form, typed, unsent, busy, timer, pause;

// Where the browser forbids even a tab's store, the page itself keeps the form.
const keep = (text) => {
	try {
		if (text) sessionStorage[url] = text;
		else delete sessionStorage[url];
	} catch {}
};

const say = (what) => {
	const note = form.querySelector("[role=status]");
	note.hidden = !what;
	note.textContent = note.dataset[what];
};

// What was typed, as the browser itself would send it.
const read = () => {
	const data = new FormData(form);
	data.delete("elapsed");
	data.delete("submission_id");
	return `${new URLSearchParams(data)}`.replace(/%0A/g, "%0D%0A");
};

const sendPlainly = () => {
	const plain = document.createElement("form");
	plain.method = "post";
	plain.action = url;
	for (const [name, value] of new URLSearchParams(unsent))
		plain.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
	document.body.append(plain);
	plain.submit();
};

const show = (page) => {
	form = page.querySelector("form.lead");
	const next = form.parentNode;
	next.className = "";
	next.querySelector("h1").remove();
	document.querySelector("style").replaceWith(page.querySelector("style"));
	document.title = page.title;
	box.replaceWith(next);
	box = next;
	next.querySelector("[autofocus]").focus();
};

const send = async () => {
	if (busy) return;
	busy = true;
	timer = clearTimeout(timer);
	let answer, text;
	try {
		answer = await fetch(url, {
			method: "POST",
			headers: { Accept: "text/html" },
			body: new URLSearchParams(unsent + "&by=script"),
			redirect: "manual",
			signal: AbortSignal.timeout?.(3e4)
		});
		text = await answer.text();
	} catch {}
	busy = false;
	if (text == null || answer.status > 499 || answer.status == 429) {
		say("kept");
		pause = Math.min(2 * pause, 6e4);
		timer = setTimeout(send, pause);
		return;
	}
	keep();
	say();
	try {
		if (answer.status == 201) location = JSON.parse(text).thanks;
		else show(new DOMParser().parseFromString(text, "text/html"));
	} catch {
		sendPlainly();
	}
};

const begin = (what) => {
	pause = 1e3;
	say(what);
	send();
};

addEventListener("submit", (event) => {
	if (event.target != form) return;
	event.preventDefault();
	if (busy) return;
	if (typed != read()) {
		typed = read();
		const id = crypto.getRandomValues(new Uint32Array(4)).join("-");
		unsent = `${typed}&elapsed=${performance.now() | 0}&submission_id=${id}`;
	}
	keep(unsent);
	begin("sending");
});
addEventListener("online", () => timer && send());

try {
	unsent = sessionStorage[url];
} catch {}
if (unsent) {
	for (const [name, value] of new URLSearchParams(unsent)) {
		const field = form.elements[name];
		if (field?.type == "checkbox") field.checked = true;
		else if (field && field.type != "hidden") field.value = value;
	}
	typed = read();
	begin("kept");
}
