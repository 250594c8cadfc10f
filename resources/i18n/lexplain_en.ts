<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
    <context>
        <name>ChangePanel</name>
        <message numerus="yes">
            <source>%n words taken out</source>
            <translation>
                <numerusform>%n word taken out</numerusform>
                <numerusform>%n words taken out</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n words replaced</source>
            <translation>
                <numerusform>%n word replaced</numerusform>
                <numerusform>%n words replaced</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>The model was asked about %n texts.</source>
            <translation>
                <numerusform>The model was asked about %n text.</numerusform>
                <numerusform>The model was asked about %n texts.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>EvidencePanel</name>
        <message numerus="yes">
            <source>Summed over %n states of the training.</source>
            <translation>
                <numerusform>Summed over %n state of the training.</numerusform>
                <numerusform>Summed over %n states of the training.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>JobMessages</name>
        <message numerus="yes">
            <source>%n jobs were waiting when the window was closed.</source>
            <translation>
                <numerusform>%n job was waiting when the window was closed.</numerusform>
                <numerusform>%n jobs were waiting when the window was closed.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>JobStrip</name>
        <message numerus="yes">
            <source>%n waiting</source>
            <translation>
                <numerusform>%n waiting</numerusform>
                <numerusform>%n waiting</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Packs</name>
        <message numerus="yes">
            <source>The pack of %n explanations is written: {path}.</source>
            <translation>
                <numerusform>The pack of %n explanation is written: {path}.</numerusform>
                <numerusform>The pack of %n explanations is written: {path}.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>It became %n numbered pictures; each can be checked by itself.</source>
            <translation>
                <numerusform>It became %n numbered pictures; each can be checked by itself.</numerusform>
                <numerusform>It became %n numbered pictures; each can be checked by itself.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n texts without a word were left out.</source>
            <translation>
                <numerusform>%n text without a word was left out.</numerusform>
                <numerusform>%n texts without a word were left out.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>SourcesDialog</name>
        <message numerus="yes">
            <source>%n models, {size}</source>
            <translation>
                <numerusform>%n model, {size}</numerusform>
                <numerusform>%n models, {size}</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>StatusBar</name>
        <message numerus="yes">
            <source>%n threads</source>
            <translation>
                <numerusform>%n thread</numerusform>
                <numerusform>%n threads</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>TrustText</name>
        <message numerus="yes">
            <source>%n strongest word(s)</source>
            <translation>
                <numerusform>%n strongest word</numerusform>
                <numerusform>%n strongest words</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n random word(s)</source>
            <translation>
                <numerusform>%n random word</numerusform>
                <numerusform>%n random words</numerusform>
            </translation>
        </message>
    </context>
</TS>
